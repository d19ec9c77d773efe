// Tries: Fills an array until something gives.
// Ends as: sandbox.memory sandbox.timeout

function run() {
  const kept = [];
  for (;;) kept.push(new Array(1000).fill(kept.length));
}
