// Tries: Throws after replacing the methods with which an error could be described.
// Ends as: sandbox.threw

String.prototype.slice = () => ({ toJSON: () => undefined });
globalThis.String = () => ({ toJSON: () => '}{' });
Object.create = () => null;
function run() {
  throw new Error('x'.repeat(5000));
}
