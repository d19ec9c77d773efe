// Tries: Returns a message that is nested twenty thousand levels deep.
// Ends as: sandbox.too_deep

function run() {
  let deep = {};
  for (let n = 0; n < 20_000; n++) deep = { deep };
  return deep;
}
