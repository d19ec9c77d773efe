// Tries: Recurses without end.
// Ends as: sandbox.threw

function run(n) {
  return run(n + 1) + 1;
}
