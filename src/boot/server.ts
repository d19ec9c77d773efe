import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { configureApp, fastifyOptions } from '../app.setup.js';
import { readOrMakeSecretKey } from '../core/config/secret-key-file.js';
import { SettingsInvalid } from '../core/config/settings-invalid.js';
import type { Settings } from '../core/config/settings.js';
import { EmbeddedPostgres } from '../core/database/embedded/embedded-postgres.js';
import { migrate } from '../core/database/migrate.js';
import type { JsonLogger } from '../core/logging/json-logger.js';
import { assertDatabaseIsSafe } from './assert-database-is-safe.js';
import { CollectionAtRest } from './collection-at-rest.js';
import { firstDoorAt, openDoorsBeside } from './doors.js';
import { greet } from './greet.js';

/** Jobs have eight seconds to end; whoever has not sent all of its request a second later is not waited for. */
const requestsEndMs = 9_000;

/** The whole server from its settings to its end, as main and the demo run it. */
export class Server {
  private readonly logger = new Logger(Server.name);
  /** What has to be closed, in the order it was opened. */
  private readonly opened: (() => Promise<void>)[] = [];
  private stopped: Promise<void> | undefined;

  constructor(private readonly log: JsonLogger) {
    Logger.overrideLogger(log);
  }

  /** Resolves when requests are answered; what a failed start has opened is closed again by `stop`. */
  async start(given: Settings): Promise<NestFastifyApplication> {
    const settings = given.embedded ? await this.startDatabase(given) : given;
    await assertDatabaseIsSafe(settings);
    if (settings.migrateOnStart) {
      const ran = await migrate(settings.databaseUrl);
      if (ran.length > 0) this.logger.log({ migrations: ran }, 'the database schema is up to date');
    }
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot(settings),
      new FastifyAdapter(fastifyOptions(settings)),
      // Requests are taken as long as jobs drain: ChirpStack sends each event once.
      { logger: this.log, abortOnError: false },
    );
    this.opened.push(() => closeInTime(app));
    configureApp(app, settings);
    await listen(app, settings);
    this.opened.push(await openDoorsBeside(app.getHttpServer()));
    this.opened.push(CollectionAtRest.begin());
    await greet(app, settings, this.logger);
    return app;
  }

  /** Newest first, so that nothing loses what it stands on. Every call answers when all is closed. */
  stop(): Promise<void> {
    this.stopped ??= this.closeAll();
    return this.stopped;
  }

  private async startDatabase(settings: Settings): Promise<Settings> {
    const { dataDir } = settings;
    const postgres = await EmbeddedPostgres.start({ dataDir, log: this.sayOfPostgres });
    this.opened.push(() => postgres.stop());
    const secretKey = settings.secretKey === '' ? readOrMakeSecretKey(dataDir) : settings.secretKey;
    return settings.with({ databaseUrl: postgres.url, secretKey });
  }

  private readonly sayOfPostgres = (level: 'info' | 'warn' | 'error', message: string): void => {
    this.logger[level === 'info' ? 'log' : level](message);
  };

  private async closeAll(): Promise<void> {
    for (const close of this.opened.reverse()) {
      await close().catch((error: unknown) => {
        this.logger.error({ err: error }, 'something did not close as it should');
      });
    }
  }
}

async function closeInTime(app: NestFastifyApplication): Promise<void> {
  const cut = setTimeout(() => {
    app.getHttpServer().closeAllConnections();
  }, requestsEndMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<void> {
  try {
    await app.listen(await firstDoorAt({ host, port }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new SettingsInvalid([`API_PORT: another program listens on ${host}:${port} already.`]);
    if (code === 'EACCES') throw new SettingsInvalid([`API_PORT: this account may not listen on port ${port}.`]);
    if (code === 'EADDRNOTAVAIL') throw new SettingsInvalid([`API_HOST: ${host} is no address of this machine.`]);
    throw error;
  }
}
