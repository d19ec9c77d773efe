// Tries: Awaits in a loop, so that no single microtask is long.
// Ends as: sandbox.timeout

async function run() {
  for (;;) await null;
}
