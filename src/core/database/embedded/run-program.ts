import { spawn, type StdioOptions } from 'node:child_process';
import type { OsAccount } from './os-account.js';
import { cleanEnvironment } from './postgres-binaries.js';

interface Program {
  file: string;
  args: readonly string[];
  cwd: string;
  account: OsAccount | null;
  limitMs: number;
  /** An open file that the program finds as /dev/fd/3. */
  fd?: number;
  input?: string;
}

/** Runs a program to its end and collects what it said; one that takes too long is killed. */
export function runProgram(program: Program): Promise<{ ok: boolean; output: string }> {
  const { file, args, cwd, account, limitMs, fd, input } = program;
  const ids = account === null ? {} : { uid: account.uid, gid: account.gid };
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...(fd === undefined ? [] : [fd])];
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      ...ids,
      cwd,
      env: cleanEnvironment,
      stdio,
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const collect = (text: unknown): void => {
      output += String(text);
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.stdin?.on('error', () => undefined).end(input ?? '');
    child.once('error', (error) => {
      resolve({ ok: false, output: error.message });
    });
    child.once('close', (code, signal) => {
      const ending = signal === null ? '' : `\nended by ${signal} (limit ${limitMs / 1000} s)`;
      resolve({ ok: code === 0, output: (output + ending).trim() });
    });
  });
}
