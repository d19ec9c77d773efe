import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../errors/error-code.js';

const nameOf = (dataDir: string): string => join(dataDir, 'postgres.secret');

export function newPassword(): string {
  return randomBytes(32).toString('base64url');
}

export async function readPassword(dataDir: string): Promise<string | null> {
  try {
    const kept = (await readFile(nameOf(dataDir), 'utf8')).trim();
    return kept === '' ? null : kept;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** On disk before it is used: a crash must not leave data whose password nobody knows. */
export async function keepPassword(dataDir: string, password: string): Promise<void> {
  const half = `${nameOf(dataDir)}.new`;
  const file = await open(half, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, nameOf(dataDir));
}
