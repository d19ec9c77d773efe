// Tries: Doubles a string for ever.
// Ends as: sandbox.memory sandbox.threw

function run() {
  let text = 'x';
  for (;;) text += text;
}
