// Tries: Catches every exception and goes on, hoping that the end is one of them.
// Ends as: sandbox.timeout

function run() {
  for (;;) {
    try {
      for (;;);
    } catch (error) {
      console.log(String(error));
    } finally {
      run();
    }
  }
}
