// Tries: Waits for the clock, which stands still during a call.
// Ends as: sandbox.timeout

function run() {
  const until = Date.now() + 10;
  while (Date.now() < until);
}
