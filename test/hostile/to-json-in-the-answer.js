// Tries: Returns an object whose toJSON never returns.
// Ends as: sandbox.timeout

function run() {
  return {
    toJSON() {
      for (;;);
    },
  };
}
