import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * What one warm call of user code costs, beside the same function in node:vm, which is no sandbox. The measuring is done
 * by a program of its own; here its lines are read.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureSandbox(bench) {
  const file = fileURLToPath(new URL('../sandbox.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: bench.root });
  const sides = [...stdout.matchAll(/^(\S.*?) +median +([\d.]+) µs · p99 +([\d.]+) µs$/gm)].map(
    ([, name, p50, p99]) => ({
      name,
      median: Number(p50),
      rounds: [{ p50: Number(p50), p99: Number(p99) }],
    }),
  );
  const of = (/** @type {string} */ name) => {
    const side = sides.find((candidate) => candidate.name === name);
    if (side === undefined) throw new Error(`bench/src/sandbox.js no longer prints a line "${name} median …"`);
    return side.median;
  };
  const ratioOver = (/** @type {string} */ over) => {
    const ratio = of('memoryImage') / of(over);
    return { of: 'memoryImage', over, ratio, least: ratio, most: ratio };
  };
  bench.say(`  sandbox  ${of('memoryImage')} µs, node:vm ${of('nodeVm')} µs`);
  return {
    name: 'sandbox',
    title: 'Sandbox: one warm call with a 400-byte message',
    unit: 'µs a call',
    lessIsBetter: true,
    sides,
    // With a limit of time, which we enforce as well, node:vm is another thing; the demand is on the one without.
    ratios: [{ ...ratioOver('nodeVm'), reach: 5, beat: 2 }, ratioOver('nodeVmWithTimeout')],
  };
}
