import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_BYTES = 10 * 1024 * 1024;

/** The file PostgreSQL writes to: a file and no pipe, because it outlives the process that would read the pipe. */
export class ServerLog {
  private readonly path: string;
  private start = 0;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'postgres.log');
  }

  /** Opens it for one start of the server and remembers where that start begins. */
  use<T>(work: (fd: number) => T): T {
    const fd = openSync(this.path, 'a', 0o600);
    try {
      this.trim();
      this.start = statSync(this.path).size;
      return work(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** PostgreSQL appends, so emptying the file under it is safe. */
  trim(): void {
    if (statSync(this.path).size > LIMIT_BYTES) truncateSync(this.path);
  }

  /** Why the last start failed, in PostgreSQL's own words. */
  complaints(): string {
    const lines = readFileSync(this.path)
      .subarray(this.start)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    const severe = lines.filter((line) => /\b(FATAL|PANIC|HINT):/.test(line) || /error|cannot|denied/i.test(line));
    return (severe.length > 0 ? severe : lines).slice(-4).join('\n');
  }
}
