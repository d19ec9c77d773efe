// Tries: Looks for anything of the host among the names that exist.
// Ends as: success {"data":[]}

function run() {
  const names =
    'process require module global window self fetch XMLHttpRequest WebAssembly Worker SharedWorker setTimeout setInterval setImmediate Deno Bun std os print load read scriptArgs __dirname __filename Atomics navigator location crypto';
  return names.split(' ').filter((name) => name in globalThis);
}
