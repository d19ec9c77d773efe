// Tries: Returns a proxy that throws at every touch.
// Ends as: sandbox.threw sandbox.not_json

function run() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
