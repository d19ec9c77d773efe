// Tries: Loops for ever.
// Ends as: sandbox.timeout

function run() {
  for (;;);
}
