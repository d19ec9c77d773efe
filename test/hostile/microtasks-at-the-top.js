// Tries: Leaves an endless chain of microtasks while it is loaded.
// Ends as: sandbox.timeout

const again = () => queueMicrotask(again);
again();
function run() {
  return {};
}
