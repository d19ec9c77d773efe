#!/usr/bin/env node
/*
 * What `npx fieldline` starts. In a fresh clone nothing is compiled yet, and a technician should not have to know that:
 * the first call does it, in a second. An image has what is compiled, and nothing to compile it with.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/src/cli/fieldline.js', import.meta.url);

if (!existsSync(program)) {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  // Its words are none of the command's: they go to stderr, where --json does not stand.
  const built = spawnSync('npm run --silent build', { cwd, shell: true, stdio: ['ignore', 2, 2] });
  if (built.status !== 0 || !existsSync(program)) {
    console.error('fieldline is not compiled, and cannot be: run `npm ci` in its folder first.');
    process.exit(1);
  }
}

await import(program.href);
