import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { errorCodeOf } from '../errors/error-code.js';
import { FolderInUse } from './folder-in-use.js';
import { HolderMark } from './holder-mark.js';

/** open(2) on macOS takes a flock together with the file; Node hands the flag on but has no name for it. */
const O_EXLOCK = 0x20;

/**
 * Holds a folder for one process. The kernel lets go of it whatever way the process ends, so nothing can be left over:
 * on Linux the lock is the name of an abstract socket, elsewhere a flock.
 */
export class FolderLock {
  private constructor(private readonly letGo: () => Promise<void>) {}

  /**
   * `file` is a name inside the folder that nobody else uses.
   *
   * @throws FolderInUse while another process holds it.
   */
  static async acquire(folder: string, file: string): Promise<FolderLock> {
    if (process.platform !== 'linux') return new FolderLock(await holdFile(folder, file));
    const letGo = await holdName(folder);
    try {
      const mark = await HolderMark.set(folder, file);
      return new FolderLock(async () => {
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

async function holdName(folder: string): Promise<() => Promise<void>> {
  const { dev, ino } = await stat(folder);
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
    throw new FolderInUse(folder, `pid ${await askForPid(name)}`);
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

async function holdFile(folder: string, file: string): Promise<() => Promise<void>> {
  const path = join(folder, file);
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  try {
    const held = await open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK, 0o644);
    await held.truncate();
    await held.write(String(process.pid));
    return () => held.close();
  } catch (error) {
    if (errorCodeOf(error) !== 'EAGAIN') throw error;
    throw new FolderInUse(folder, `pid ${await readFile(path, 'utf8')}`);
  }
}
