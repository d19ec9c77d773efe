// Tries: Keeps a chain of closures that each hold the one before.
// Ends as: sandbox.memory sandbox.timeout

function run() {
  let previous = () => 0;
  for (;;) {
    const before = previous;
    previous = () => before;
  }
}
