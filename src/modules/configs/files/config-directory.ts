import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../../core/errors/error-code.js';
import { isUuid } from '../../../core/ids/uuid-v7.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { whyNotStorable } from '../../../core/json/storable.js';
import { contentLimits, fileNameOf, strictMac, type ConfigContent } from '../config.rules.js';
import type { FoundFile } from './file-decision.rules.js';

const marker = '.fieldline-folder';
const ending = '.json';
const unfinished = /^\.(?:[0-9a-f-]{17}\.json|fieldline-folder)\.[0-9a-f]{16}\.tmp$/;
/** Nobody takes longer over one file. */
const unfinishedForMs = 60_000;
const maxFileBytes = 2 * contentLimits.maxBytes;

/** How a file looked from outside: as long as it looks so, it need not be read again. */
export interface FileLook {
  signature: string;
  changedAtMs: number;
}

/**
 * The folder of ESP32_CONFIGS_DIR as it lies on the disk: `<mac>.json` each, and a marker with the folder's own id. What is
 * written is whole or not there at all: into a file beside it, synced, renamed.
 */
export class ConfigDirectory {
  constructor(readonly path: string) {}

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  /** Of this very folder; made where there is none. Another folder that was mounted in its place has another. */
  async id(): Promise<string> {
    const known = await this.readId();
    if (known !== null) return known;
    const id = randomUUID();
    const beside = await this.writeBeside(marker, `${id}\n`);
    try {
      // Unlike a rename it fails when another process was faster.
      await link(beside, join(this.path, marker));
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
      if ((await this.readId()) === null) await rename(beside, join(this.path, marker));
    } finally {
      await rm(beside, { force: true });
    }
    await this.sync();
    return (await this.readId()) ?? id;
  }

  /** Null: there is none, or it is damaged. */
  async readId(): Promise<string | null> {
    try {
      const text = (await readFile(join(this.path, marker), 'utf8')).trim();
      return isUuid(text) ? text : null;
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** How each config's file looks; names that are no MAC are told apart. Leftovers of processes that died are removed. */
  async look(nowMs: number): Promise<{ files: Map<string, FileLook>; strangers: string[] }> {
    const files = new Map<string, FileLook>();
    const strangers: string[] = [];
    for (const name of await readdir(this.path)) {
      if (unfinished.test(name)) await this.removeIfOld(name, nowMs);
      if (name.startsWith('.') || !name.endsWith(ending)) continue;
      const stem = name.slice(0, -ending.length);
      if (strictMac(stem) !== stem) {
        strangers.push(name);
        continue;
      }
      const look = await this.lookAt(stem);
      if (look !== null) files.set(stem, look);
    }
    return { files, strangers };
  }

  async lookAt(mac: string): Promise<FileLook | null> {
    const found = await statOf(join(this.path, fileNameOf(mac)));
    if (found === null || !found.isFile()) return null;
    return {
      signature: `${found.ino}:${found.size}:${found.mtimeNs}`,
      changedAtMs: Number(found.mtimeNs / 1_000_000n),
    };
  }

  async read(mac: string): Promise<FoundFile> {
    const path = join(this.path, fileNameOf(mac));
    const found = await statOf(path);
    if (found === null || !found.isFile()) return { kind: 'none' };
    const changedAtMs = Number(found.mtimeNs / 1_000_000n);
    if (found.size > maxFileBytes) {
      return {
        kind: 'bad',
        digest: `${found.ino}:${found.size}:${found.mtimeNs}`,
        changedAtMs,
        why: 'it is too large',
      };
    }
    const bytes = await readFile(path);
    const digest = digestOf(bytes);
    const content = contentIn(bytes);
    return typeof content === 'string'
      ? { kind: 'bad', digest, changedAtMs, why: content }
      : { kind: 'good', digest, changedAtMs, content };
  }

  /** Answers the digest of what lies there now. */
  async write(mac: string, content: ConfigContent): Promise<string> {
    const text = `${JSON.stringify(content, null, 2)}\n`;
    const beside = await this.writeBeside(`.${fileNameOf(mac)}`, text);
    await rename(beside, join(this.path, fileNameOf(mac)));
    await this.sync();
    return digestOf(Buffer.from(text));
  }

  async remove(mac: string): Promise<void> {
    await rm(join(this.path, fileNameOf(mac)), { force: true });
    await this.sync();
  }

  private async writeBeside(name: string, text: string): Promise<string> {
    const path = join(this.path, `${name}.${randomBytes(8).toString('hex')}.tmp`);
    const file = await open(path, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return path;
  }

  /** The names themselves: without it a renamed file may be the old one again after a power cut. */
  private async sync(): Promise<void> {
    const folder = await open(this.path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  private async removeIfOld(name: string, nowMs: number): Promise<void> {
    const path = join(this.path, name);
    const found = await statOf(path);
    if (found !== null && nowMs - Number(found.mtimeNs / 1_000_000n) > unfinishedForMs) await rm(path, { force: true });
  }
}

async function statOf(path: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** A text says why there is none. */
function contentIn(bytes: Buffer): ConfigContent | string {
  let value: unknown;
  try {
    // Some editors begin a file with a mark of its byte order.
    value = JSON.parse(bytes.toString().replace(/^\uFEFF/, ''));
  } catch (error) {
    // Where it breaks, but not what stands there: it may be a password.
    const where = error instanceof Error ? /at position \d+/.exec(error.message)?.[0] : undefined;
    return where === undefined ? 'it is no JSON' : `it is no JSON ${where}`;
  }
  if (!isPlainObject(value)) return 'it is no JSON object';
  const flaw = whyNotStorable(value, contentLimits);
  return flaw === undefined ? value : `it ${flaw}`;
}
