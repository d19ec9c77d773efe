import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median } from './statistics.js';

/** What the figures depend on: without it they mean nothing. @param {string} folder where the databases lie */
export function describeMachine(folder) {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    fileSystem: fileSystemOf(folder),
    fdatasyncMs: Number(fdatasyncMs(folder).toFixed(2)),
    loadAverageBefore: Number(loadavg()[0].toFixed(2)),
  };
}

/** @param {string} root the project's folder */
export function describeVersions(root) {
  const versionIn = (/** @type {string} */ file) => JSON.parse(readFileSync(join(root, file), 'utf8')).version;
  return {
    fieldline: `${versionIn('package.json')} (${commitOf(root)})`,
    node: process.version,
    'node-red': versionIn('bench/node_modules/node-red/package.json'),
    fastify: versionIn('bench/node_modules/fastify/package.json'),
    'graphile-worker': versionIn('bench/node_modules/graphile-worker/package.json'),
    'pg-boss': versionIn('bench/node_modules/pg-boss/package.json'),
    pg: versionIn('bench/node_modules/pg/package.json'),
  };
}

const magicNumbers = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs (memory: nothing is durable here)'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
]);

/** @param {string} folder */
function fileSystemOf(folder) {
  const { type: magic } = statfsSync(folder);
  return magicNumbers.get(magic) ?? `0x${magic.toString(16)}`;
}

/** What one durable write of a page costs: below it no commit can be. @param {string} folder */
function fdatasyncMs(folder) {
  const file = join(folder, `fieldline-bench-sync-${process.pid}`);
  const page = new Uint8Array(8_192).fill(7);
  const fd = openSync(file, 'w');
  try {
    const times = Array.from({ length: 40 }, (_, index) => {
      const begun = performance.now();
      writeSync(fd, page, 0, page.length, index * page.length);
      fdatasyncSync(fd);
      return performance.now() - begun;
    });
    return median(times);
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}

/** @param {string} root */
function commitOf(root) {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'migrations') !== '';
    return `commit ${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    return 'no commit known';
  }
}
