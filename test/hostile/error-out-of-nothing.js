// Tries: Throws something that never finishes describing itself.
// Ends as: sandbox.timeout

function run() {
  throw {
    toJSON() {
      for (;;);
    },
  };
}
