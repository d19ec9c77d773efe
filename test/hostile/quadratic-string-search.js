// Tries: Searches a string so that the built-in needs its length squared.
// Ends as: sandbox.timeout

function run() {
  return 'a'.repeat(4_000_000).indexOf('a'.repeat(2_000_000) + 'b');
}
