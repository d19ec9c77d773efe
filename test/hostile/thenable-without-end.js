// Tries: Is a thenable that resolves with a new thenable each time.
// Ends as: sandbox.timeout

function run() {
  const thenable = () => ({ then: (resolve) => resolve(thenable()) });
  return thenable();
}
