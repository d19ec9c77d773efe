// Tries: Answers at once and leaves an endless chain of microtasks behind.
// Ends as: success {"data":"answered"}

async function run() {
  const again = () => {
    queueMicrotask(again);
  };
  again();
  return 'answered';
}
