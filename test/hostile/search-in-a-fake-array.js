// Tries: Searches an object that claims to have 2^53 elements: a loop inside a built-in, which never polls.
// Ends as: sandbox.timeout

function run() {
  return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 'x');
}
