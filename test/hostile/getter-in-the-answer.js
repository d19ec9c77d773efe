// Tries: Returns an object whose getter never returns, to be caught by whoever writes the JSON.
// Ends as: sandbox.timeout

function run() {
  return {
    get value() {
      for (;;);
    },
  };
}
