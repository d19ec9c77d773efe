import { spawn } from 'node:child_process';

/**
 * Ends the PostgreSQL servers below a temporary folder and removes it, when `release` is called or when this process ends,
 * whatever way: the guard waits for the end of its stdin, and that comes with Ctrl-C and kill -9 as well. Our servers by
 * design outlive their parent.
 */
export function guardFolder(folder: string): { release: () => void } {
  const script = `
    cat
    for pid in $(find "$1" -name postmaster.pid -exec head -n 1 {} ';'); do
      kill -QUIT "$pid"
      left=50; while [ $left -gt 0 ] && kill -0 "$pid"; do left=$((left - 1)); sleep 0.1; done
    done
    rm -rf "$1"`;
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder], { cwd: '/', detached: true, stdio: [...stdio] });
  guard.unref();
  return { release: () => guard.stdin.end() };
}
