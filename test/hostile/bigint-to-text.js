// Tries: Writes a BigInt of a million bits in decimal, again and again.
// Ends as: sandbox.timeout sandbox.threw

function run() {
  const big = (1n << 1_000_000n) - 1n;
  for (;;) big.toString(7);
}
