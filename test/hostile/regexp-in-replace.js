// Tries: Backtracks inside replace, with a callback that could hide the time.
// Ends as: sandbox.timeout

function run() {
  return 'x'.repeat(50_000).replace(/(x+x+)+y/g, () => '');
}
