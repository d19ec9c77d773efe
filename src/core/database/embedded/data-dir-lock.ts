import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { errorCodeOf, inUse } from './embedded-postgres.error.js';
import { HolderMark } from './holder-mark.js';

/** open(2) on macOS takes a flock together with the file; Node hands the flag on but has no name for it. */
const O_EXLOCK = 0x20;

/**
 * Holds DATA_DIR for one process. The kernel lets go of it whatever way the process ends, so nothing can be left over:
 * on Linux the lock is the name of an abstract socket, elsewhere a flock.
 */
export class DataDirLock {
  private constructor(private readonly letGo: () => Promise<void>) {}

  static async acquire(dataDir: string): Promise<DataDirLock> {
    if (process.platform !== 'linux') return new DataDirLock(await holdFile(dataDir));
    const letGo = await holdName(dataDir);
    try {
      const mark = await HolderMark.set(dataDir);
      return new DataDirLock(async () => {
        await mark.remove();
        await letGo();
      });
    } catch (error) {
      await letGo();
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.letGo();
  }
}

async function holdName(dataDir: string): Promise<() => Promise<void>> {
  const { dev, ino } = await stat(dataDir);
  // Device and inode, not the path: a link or a bind mount leads to the same folder.
  const name = `\0fieldline-data-${dev}-${ino}`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  server.unref();
  server.listen({ path: name, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (errorCodeOf(error) !== 'EADDRINUSE') throw error;
    throw inUse(dataDir, `pid ${await askForPid(name)}`);
  }
  return async () => {
    server.ref().close();
    await once(server, 'close');
  };
}

async function askForPid(name: string): Promise<string> {
  const socket = connect({ path: name, timeout: 1_000 });
  socket.once('timeout', () => socket.destroy());
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => (answer += String(text)));
  try {
    await once(socket, 'close');
  } catch {
    // it let go of the name just now
  }
  return answer === '' ? 'unknown' : answer;
}

async function holdFile(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'postgres.lock');
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  try {
    const file = await open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK, 0o644);
    await file.truncate();
    await file.write(String(process.pid));
    return () => file.close();
  } catch (error) {
    if (errorCodeOf(error) !== 'EAGAIN') throw error;
    throw inUse(dataDir, `pid ${await readFile(path, 'utf8')}`);
  }
}
