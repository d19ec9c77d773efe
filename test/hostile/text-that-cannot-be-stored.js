// Tries: Returns and logs text that PostgreSQL refuses: NUL and half surrogate pairs, in values and in keys.
// Ends as: success {"a\ufffd":"\ufffd\ufffd","n":null}

function run() {
  console.log('\u0000\ud800');
  return { 'a\u0000': '\udc00\u0000', n: 1e400 };
}
