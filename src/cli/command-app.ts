import type { INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadSettings } from '../core/config/load-settings.js';
import type { Settings } from '../core/config/settings.js';
import { migrate } from '../core/database/migrate.js';
import { withDatabase } from './command-database.js';
import { CommandModule } from './command.module.js';

/** A command's only words are its result, or its error. */
const quietly: NestApplicationOptions = { logger: false, abortOnError: false };

/** Runs a command's work with the parts of the application that commands use. */
export async function withCommandApp<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  // Whatever ROLE says for the server: a command takes no jobs.
  const settings = loadSettings().with({ role: 'api' });
  return withDatabase(settings, (ready) => withApp(ready, work));
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
