// Tries: Reaches for the host through constructors of whatever it is given.
// Ends as: success {"data":[]}

function run(message) {
  const found = [];
  for (const start of [
    run,
    message,
    console.log,
    Buffer,
    Math.random,
    Symbol.iterator,
    (async () => {})(),
    [].values(),
  ]) {
    for (let at = start; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
      const make = at.constructor?.constructor;
      if (typeof make !== 'function') continue;
      const there = make('return this')();
      for (const name of [
        'process',
        'require',
        'global',
        'fetch',
        'WebAssembly',
        'setTimeout',
        'Worker',
        'std',
        'os',
      ]) {
        if (there[name] !== undefined) found.push(name);
      }
    }
  }
  return found;
}
