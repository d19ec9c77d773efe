// Tries: Lets JSON.parse recurse on a million brackets.
// Ends as: sandbox.too_deep sandbox.threw

function run() {
  return JSON.parse('['.repeat(1_000_000));
}
