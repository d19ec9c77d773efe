// Tries: Catches each failed allocation and tries again with half the size.
// Ends as: sandbox.timeout sandbox.memory

function run() {
  const kept = [];
  for (let size = 1e9; ;) {
    try {
      kept.push(new Uint8Array(size));
    } catch {
      size = Math.max(1, size >> 1);
    }
  }
}
