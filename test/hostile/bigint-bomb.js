// Tries: Squares a BigInt for ever.
// Ends as: sandbox.memory sandbox.timeout sandbox.threw

function run() {
  let big = 3n;
  for (;;) big *= big;
}
