// Tries: Returns keys that pollute whoever merges them carelessly.
// Ends as: success {"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}

function run() {
  return JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}');
}
