// Tries: Asks for one string of a gigabyte.
// Ends as: sandbox.memory sandbox.threw

function run() {
  return 'x'.padEnd(1e9, 'yz').length;
}
