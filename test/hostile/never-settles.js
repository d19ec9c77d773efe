// Tries: Returns a promise that nobody can settle.
// Ends as: sandbox.timeout

function run() {
  return new Promise(() => {});
}
