// Tries: Chains promises for ever without keeping any.
// Ends as: sandbox.timeout sandbox.memory

function run() {
  const again = () => Promise.resolve().then(again);
  return again();
}
