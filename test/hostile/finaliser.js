// Tries: Leaves finalisers behind, hoping that they run during the next call.
// Ends as: success {"data":"armed"}

function run() {
  const registry = new FinalizationRegistry(() => {
    for (;;);
  });
  globalThis.registry = registry;
  for (let n = 0; n < 1000; n++) registry.register({}, n);
  return 'armed';
}
