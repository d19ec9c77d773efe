// Tries: Lets the compiler recurse on half a megabyte of brackets.
// Ends as: sandbox.too_deep sandbox.threw

function run() {
  return eval('('.repeat(250_000) + '1' + ')'.repeat(250_000));
}
