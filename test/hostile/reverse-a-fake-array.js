// Tries: Reverses an object that claims to have 2^53 elements.
// Ends as: sandbox.timeout

function run() {
  return Array.prototype.reverse.call({ length: 2 ** 53 - 1 });
}
