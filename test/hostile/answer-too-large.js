// Tries: Returns a message of a megabyte.
// Ends as: sandbox.output_too_large

function run() {
  return { text: 'x'.repeat(1_000_000) };
}
