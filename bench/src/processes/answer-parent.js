/**
 * The child's half of a conversation with the run: each request names a method and is answered once.
 *
 * @param {Record<string, (argument: any) => unknown>} methods
 * @param {Record<string, unknown>} [ready] what the parent has to know before its first request
 */
export function answerParent(methods, ready = {}) {
  process.on('message', (/** @type {{ id: number, method: string, argument: unknown }} */ { id, method, argument }) => {
    Promise.resolve()
      .then(() => methods[method](argument))
      .then(
        (result) => process.send?.({ id, result }),
        (error) => process.send?.({ id, error: String(error?.stack ?? error) }),
      );
  });
  // Nobody is left to ask anything.
  process.on('disconnect', () => process.exit(0));
  process.send?.({ ready });
}
