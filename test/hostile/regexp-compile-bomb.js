// Tries: Compiles a regular expression that unfolds to millions of steps.
// Ends as: sandbox.memory sandbox.timeout sandbox.threw

function run() {
  return new RegExp('(?:'.repeat(6) + 'a' + '{100}){100}'.repeat(3) + '){100}'.repeat(3)).test('a'.repeat(1000));
}
