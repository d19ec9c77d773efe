import type { INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadSettings } from '../core/config/load-settings.js';
import { readOrMakeSecretKey } from '../core/config/secret-key-file.js';
import type { Settings } from '../core/config/settings.js';
import { EmbeddedPostgres } from '../core/database/embedded/embedded-postgres.js';
import { findRunningServer } from '../core/database/embedded/find-running-server.js';
import { migrate } from '../core/database/migrate.js';
import { CommandModule } from './command.module.js';

/** A command's only words are its result, or its error. */
const quietly: NestApplicationOptions = { logger: false, abortOnError: false };

/**
 * Runs a command's work on the database that the settings name. In the embedded start that is the running server's own,
 * or, when none runs, one that is started for as long as the command takes.
 */
export async function withCommandApp<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  // Whatever ROLE says for the server: a command takes no jobs.
  const settings = loadSettings().with({ role: 'api' });
  if (!settings.embedded) return withApp(settings, work);

  const running = await findRunningServer(settings.dataDir);
  if (running !== null) return withApp(withDatabase(settings, running), work);
  const postgres = await EmbeddedPostgres.start({ dataDir: settings.dataDir, log: sayTrouble });
  try {
    return await withApp(withDatabase(settings, postgres.url), work);
  } finally {
    await postgres.stop();
  }
}

function withDatabase(settings: Settings, databaseUrl: string): Settings {
  const secretKey = settings.secretKey === '' ? readOrMakeSecretKey(settings.dataDir) : settings.secretKey;
  return settings.with({ databaseUrl, secretKey });
}

async function withApp<T>(settings: Settings, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  if (settings.migrateOnStart) await migrate(settings.databaseUrl);
  const app = await NestFactory.createApplicationContext(CommandModule.forRoot(settings), quietly);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

function sayTrouble(level: 'info' | 'warn' | 'error', message: string): void {
  if (level !== 'info') process.stderr.write(`${message}\n`);
}
