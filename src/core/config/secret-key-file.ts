import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret key that the embedded start keeps beside its database: read, or made the first time, for its owner's eyes
 * only. Without it the sealed secrets in that database are lost, so it is on disk before anything is sealed.
 */
export function readOrMakeSecretKey(dataDir: string): string {
  const path = join(dataDir, 'secret.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${randomBytes(48).toString('base64url')}\n`);
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = readFileSync(path, 'utf8').trim();
  if (key.length < 32) {
    throw new Error(
      `${path} holds no key of at least 32 characters. Put the old one back, or remove the file if none was sealed with it.`,
    );
  }
  return key;
}
