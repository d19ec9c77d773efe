import { Test } from '@nestjs/testing';
import type { Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureApp, fastifyOptions } from '../../src/app.setup.js';
import { ConfigModule } from '../../src/core/config/config.module.js';
import { loadSettings } from '../../src/core/config/load-settings.js';
import type { SettingsValues } from '../../src/core/config/settings.js';
import { HttpModule } from '../../src/core/http/http.module.js';
import type { JsonLogger } from '../../src/core/logging/json-logger.js';
import { MetricsModule } from '../../src/core/metrics/metrics.module.js';
import { MetricsRouteModule } from '../../src/metrics/metrics-route.module.js';

/** Everything around the modules, without them and without a database: for what a request meets on its way in and out. */
export async function startFrameApp(
  controllers: Type[],
  changes: Partial<SettingsValues> = {},
  logger: JsonLogger | false = false,
): Promise<NestFastifyApplication> {
  const settings = loadSettings({}).with(changes);
  const testing = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(settings), HttpModule, MetricsModule, MetricsRouteModule],
    controllers,
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions(settings)), {
    logger,
  });
  if (logger !== false) app.useLogger(logger);
  configureApp(app, settings);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
