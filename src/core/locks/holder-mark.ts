import { readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FolderInUse } from './folder-in-use.js';

const HEARTBEAT_MS = 2_000;
/** Three heartbeats and a little: a holder that was silent for longer is dead. */
const SILENCE_MS = 3 * HEARTBEAT_MS + 500;

/**
 * Shows a holder of a folder to other containers that mount the same folder: they see neither its socket nor its
 * processes, only a file that is rewritten all the time. A mark of our own world is never waited for, the socket knows better.
 */
export class HolderMark {
  private readonly heartbeat: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {
    this.heartbeat = setInterval(() => {
      // A full disk costs only the mark; the socket still holds the folder.
      this.writing = writeFile(this.path, this.text).catch(() => undefined);
    }, HEARTBEAT_MS).unref();
  }

  static async set(folder: string, file: string): Promise<HolderMark> {
    const path = join(folder, file);
    const world = await ownWorld();
    await waitForSilence(folder, path, world);
    const text = `${world}\npid ${process.pid}\n`;
    await writeFile(path, text);
    return new HolderMark(path, text);
  }

  async remove(): Promise<void> {
    clearInterval(this.heartbeat);
    await this.writing;
    await rm(this.path, { force: true });
  }
}

/** Throws while the holder lives; returns as soon as it was silent for long enough. */
async function waitForSilence(folder: string, path: string, world: string): Promise<void> {
  const [foreign, who] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  if (foreign === undefined || foreign === '' || foreign === world) return;
  const seen = await lastTouched(path);
  // The file system's own clock, by a file written now: ours may differ from it.
  const probe = `${path}.probe`;
  await writeFile(probe, '');
  const now = await lastTouched(probe);
  await rm(probe, { force: true });
  if (seen === null || now === null) return;
  for (let waitedMs = 0; now - seen + waitedMs < SILENCE_MS; waitedMs += 100) {
    await delay(100);
    const touched = await lastTouched(path);
    if (touched === null) return;
    if (touched !== seen) throw new FolderInUse(folder, `${who ?? ''} in another container or on another machine`);
  }
}

async function lastTouched(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.mtimeMs ?? null;
}

/** Who shares this boot and this network namespace also sees our abstract socket. */
async function ownWorld(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const network = await readlink('/proc/self/ns/net').catch(() => '');
  return `${boot.trim()} ${network}`;
}
