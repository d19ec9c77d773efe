import { readOrMakeSecretKey } from '../core/config/secret-key-file.js';
import type { Settings } from '../core/config/settings.js';
import { EmbeddedPostgres } from '../core/database/embedded/embedded-postgres.js';
import { findRunningServer } from '../core/database/embedded/find-running-server.js';

/**
 * Runs a command's work with settings whose database answers. In the embedded start that is the running server's own, or,
 * when none runs, one that is started for as long as the command takes.
 */
export async function withDatabase<T>(settings: Settings, work: (settings: Settings) => Promise<T>): Promise<T> {
  if (!settings.embedded) return work(settings);
  const running = await findRunningServer(settings.dataDir);
  if (running !== null) return work(at(settings, running));
  const postgres = await EmbeddedPostgres.start({ dataDir: settings.dataDir, log: sayTrouble });
  try {
    return await work(at(settings, postgres.url));
  } finally {
    await postgres.stop();
  }
}

function at(settings: Settings, databaseUrl: string): Settings {
  const secretKey = settings.secretKey === '' ? readOrMakeSecretKey(settings.dataDir) : settings.secretKey;
  return settings.with({ databaseUrl, secretKey });
}

function sayTrouble(level: 'info' | 'warn' | 'error', message: string): void {
  if (level !== 'info') process.stderr.write(`${message}\n`);
}
