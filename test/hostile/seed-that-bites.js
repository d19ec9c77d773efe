// Tries: Draws random numbers until the generator shows its seed.
// Ends as: success {"data":true}

function run() {
  let sum = 0;
  for (let n = 0; n < 10_000; n++) sum += Math.random();
  return sum > 4500 && sum < 5500;
}
