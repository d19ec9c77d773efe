// Tries: Asks for buffers of gigabytes, fixed and resizable.
// Ends as: sandbox.memory sandbox.threw

function run() {
  const kept = [new ArrayBuffer(8, { maxByteLength: 1e9 })];
  kept[0].resize(1e9);
  for (;;) kept.push(new Float64Array(1e6));
}
