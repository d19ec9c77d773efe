// Tries: Returns a proxy that has one more property each time it is asked.
// Ends as: sandbox.timeout sandbox.memory sandbox.not_json sandbox.too_deep

function run() {
  const deeper = () =>
    new Proxy(
      {},
      {
        ownKeys: () => ['next'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
        get: (_target, key) => (key === 'next' ? deeper() : undefined),
      },
    );
  return deeper();
}
