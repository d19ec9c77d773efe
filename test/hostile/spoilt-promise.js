// Tries: Replaces what promises are made of and returns one.
// Ends as: success {"ok":true}

Promise.prototype.then = () => {
  for (;;);
};
Promise.resolve = () => null;
globalThis.Promise = null;
async function run() {
  return { ok: true };
}
