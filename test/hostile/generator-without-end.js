// Tries: Spreads an endless generator.
// Ends as: sandbox.timeout sandbox.memory

function* numbers() {
  for (let n = 0; ; n++) yield n;
}
const run = () => [...numbers()];
