import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** Keeps some objects for good and others for long enough to grow old; prints how large the old part of its heap was at most. */
const program = `
  import v8 from 'node:v8';
  if (process.argv[1] !== undefined) (await import(process.argv[1])).boundHeapGrowth();
  const make = (count) => Array.from({ length: count }, (_, n) => ({ n, list: [n, n, n, n, n, n] }));
  const oldBytes = () => v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_size;
  const alive = make(300_000);
  const recent = [];
  let most = 0;
  for (let round = 0; round < 500; round += 1) {
    recent.push(make(20_000));
    if (recent.length > 4) recent.shift();
    most = Math.max(most, oldBytes());
    await new Promise(setImmediate);
  }
  console.log(most, alive.length);`;

async function mostOldBytes(...modules: string[]): Promise<number> {
  // With little room for the young everything that lives for a round grows old.
  const args = ['--max-semi-space-size=1', '--input-type=module', '-e', program, ...modules];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number.parseInt(stdout, 10);
}

describe('boundHeapGrowth', () => {
  it('has what died old collected before it has piled up', async () => {
    const bounded = await mostOldBytes(new URL('heap-growth.js', import.meta.url).href);
    expect(bounded).toBeLessThan(0.8 * (await mostOldBytes()));
  });
});
