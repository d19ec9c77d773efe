// Tries: Registers symbols that can never be collected.
// Ends as: sandbox.memory sandbox.timeout

function run() {
  for (let n = 0; ; n++) Symbol.for(`symbol ${n}`);
}
