// Tries: Throws what looks like the engine running out of memory.
// Ends as: sandbox.memory

function run() {
  throw new InternalError('out of memory');
}
