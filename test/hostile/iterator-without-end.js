// Tries: Hands an endless iterator to built-ins that consume iterators.
// Ends as: sandbox.timeout sandbox.memory

function run() {
  const endless = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) };
  return new Set(endless).size + Array.from(endless).length;
}
