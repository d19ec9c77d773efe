import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseAccess } from './database-access.js';
import { readPassword } from './password-file.js';
import { parsePostmasterPid } from './postmaster-pid.rules.js';
import { isRunning } from './process-table.js';

/** The address of the embedded server that a Fieldline runs on this DATA_DIR now, for a command beside it; null when none does. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const written = parsePostmasterPid(text);
  if (written === null || written.port === null || !isRunning(written.pid)) return null;
  const password = await readPassword(dataDir);
  return password === null ? null : new DatabaseAccess(password).url(written.port);
}
