// Tries: Loops while it is loaded, before any function could be called.
// Ends as: sandbox.timeout

const started = 1;
while (started);
function run() {
  return {};
}
