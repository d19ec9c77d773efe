/*
 * Everything that has to be in order before a commit: quick checks first, and all of them even if one fails, so that
 * one run tells everything there is to mend.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const checks = ['format:check', 'lint', 'typecheck', 'floors', 'test', 'openapi:check'];

const results = checks.map((check) => {
  console.log(`\n── ${check}`);
  const startedMs = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', check], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return { check, passed: status === 0, seconds: ((performance.now() - startedMs) / 1_000).toFixed(1) };
});

console.log('');
for (const { check, passed, seconds } of results) console.log(`${passed ? '✓' : '✗'} ${check} (${seconds} s)`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
