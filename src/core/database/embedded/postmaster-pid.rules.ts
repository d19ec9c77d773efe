/** What PostgreSQL writes into postmaster.pid, as far as we need it. */
export interface PostmasterPid {
  pid: number;
  port: number | null;
  status: string;
}

/** No system gives out this process id: the largest that fits into PostgreSQL's integer. */
const NOBODY_HAS_THIS_PID = 2_147_483_646;

/** Reads postmaster.pid; null when it is empty or garbled (a crash in the middle of writing it). */
export function parsePostmasterPid(text: string): PostmasterPid | null {
  const lines = text.split('\n');
  // A stand-alone backend writes its pid negative.
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  if (!Number.isSafeInteger(pid) || pid === 0) return null;
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid, port: Number.isSafeInteger(port) && port > 0 ? port : null, status: (lines[7] ?? '').trim() };
}

/**
 * The same file with a process id that nobody has. Removing the file would also remove the key of the shared memory, by
 * which PostgreSQL recognises backends that outlived their postmaster and still write.
 */
export function withPidOfNobody(text: string): string {
  return [String(NOBODY_HAS_THIS_PID), ...text.split('\n').slice(1)].join('\n');
}
