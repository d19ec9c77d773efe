// Tries: Recurses through map, toString and a getter, each of which uses native stack.
// Ends as: sandbox.threw sandbox.too_deep

function run() {
  const value = {
    get next() {
      return [1].map(() => `${value}`);
    },
    toString: () => String(value.next),
  };
  return value.next;
}
