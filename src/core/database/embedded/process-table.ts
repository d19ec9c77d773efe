import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const hasProc = process.platform === 'linux';

/** A zombie counts as ended: where no init reaps orphans, a dead postmaster stays one for ever. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  if (!hasProc) return true;
  const stat = readQuietly(`/proc/${pid}/stat`);
  const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  return state !== 'Z' && state !== 'X' && state !== '';
}

/** The words a process was started with, or the title it gave itself; empty when it is gone. */
export function commandLine(pid: number): string[] {
  if (hasProc) return readQuietly(`/proc/${pid}/cmdline`).split('\0');
  const listed = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  return listed.stdout.trim().split(' ');
}

export function findByTitle(prefix: string): number[] {
  if (hasProc) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => commandLine(pid).join(' ').startsWith(prefix));
  }
  const listed = spawnSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' });
  const rows = listed.stdout.split('\n').map((line) => /^\s*(\d+) (.*)$/.exec(line));
  return rows.flatMap((row) => (row?.[2]?.startsWith(prefix) === true ? [Number(row[1])] : []));
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended between two looks
  }
}
