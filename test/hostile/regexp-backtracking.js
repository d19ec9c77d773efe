// Tries: Makes a regular expression backtrack exponentially.
// Ends as: sandbox.timeout

function run() {
  return /^(a+)+$/.test('a'.repeat(60) + 'b');
}
