// Tries: Sorts with a comparator that never returns.
// Ends as: sandbox.timeout

function run() {
  return [2, 1].sort(() => {
    for (;;);
  });
}
