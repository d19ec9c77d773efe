// Tries: Writes a hundred thousand long lines to the console.
// Ends as: success {"data":"done"}

function run() {
  const long = 'x'.repeat(5000);
  for (let n = 0; n < 100_000; n++) console.log(long, n);
  return 'done';
}
