// Tries: Gives one object a million keys, each of which the engine keeps in its table of names.
// Ends as: sandbox.memory sandbox.timeout

function run() {
  const wide = {};
  for (let n = 0; n < 1e7; n++) wide[`key ${n}`] = n;
  return wide;
}
