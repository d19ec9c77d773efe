/*
 * The chaos runs at full size: real processes, really killed. `npm run test:chaos -- workers` runs some of them;
 * CHAOS_SEED repeats a run, CHAOS_KILLS and its like change its size, CHAOS=short is what `npm test` does.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seed = process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31).toString();
const folder = mkdtempSync(join(tmpdir(), 'fieldline-chaos-table-'));
const table = process.env.CHAOS_TABLE ?? join(folder, 'table.md');
console.log(`CHAOS_SEED=${seed}`);

const patterns = process.argv.slice(2).map((name) => `test/chaos/${name}`);
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'];
const { status } = spawnSync(process.execPath, [...jest, ...(patterns.length > 0 ? patterns : ['test/chaos/'])], {
  stdio: 'inherit',
  env: { CHAOS: 'full', ...process.env, CHAOS_SEED: seed, CHAOS_TABLE: table },
});

try {
  console.log(`\n${readFileSync(table, 'utf8')}`);
} catch {
  console.log('\nnone of these fills the table of runs');
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
