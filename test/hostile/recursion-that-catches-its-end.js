// Tries: Answers each stack overflow with two more calls.
// Ends as: sandbox.timeout

function run() {
  try {
    run();
  } finally {
    run();
  }
}
