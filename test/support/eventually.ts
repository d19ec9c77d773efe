const everyMs = 20;
const patienceMs = 20_000;

/**
 * Asks again until the answer is not undefined. For what another process or a queue does in its own time: it ends as
 * soon as the condition holds, so nothing is slept away, and fails with the last thing it saw.
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  what: string,
  patience = patienceMs,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`it did not come about in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
