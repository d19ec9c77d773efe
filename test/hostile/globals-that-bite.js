// Tries: Defines the well-known names as getters that loop.
// Ends as: sandbox.timeout

for (const name of ['decodeUplink', 'processData', 'decoder', 'process']) {
  Object.defineProperty(globalThis, name, {
    get() {
      for (;;);
    },
  });
}
