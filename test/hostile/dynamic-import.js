// Tries: Imports modules of the host and of the network.
// Ends as: success {"data":["refused","refused","refused","refused"]}

async function run() {
  const attempt = (name) =>
    import(name).then(
      () => 'imported',
      () => 'refused',
    );
  return [
    await attempt('node:fs'),
    await attempt('std'),
    await attempt('/etc/passwd'),
    await attempt('data:text/javascript,0'),
  ];
}
