// Tries: Takes over stack traces to get at the host's frames.
// Ends as: success {"data":"nothing of the host"}

function run() {
  const seen = [];
  Error.stackTraceLimit = 1000;
  Error.prepareStackTrace = (error, frames) => {
    for (const frame of Array.isArray(frames) ? frames : []) {
      seen.push(String(frame.getFileName?.()), typeof frame.getThis?.(), typeof frame.getFunction?.());
    }
    return '';
  };
  new Error('look').stack;
  Error.prepareStackTrace = undefined;
  const text = `${seen.join()} ${new Error('look').stack}`;
  return /node:|\.ts|dist\/|worker|\/home|\/work/.test(text) ? text : 'nothing of the host';
}
