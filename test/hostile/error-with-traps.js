// Tries: Throws a proxy of an error whose every trap throws.
// Ends as: sandbox.threw

function run() {
  const trap = () => {
    throw new Proxy(new Error(), { get: trap, getPrototypeOf: trap });
  };
  trap();
}
