import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { loadSettings } from '../core/config/load-settings.js';
import { buildOpenApi } from '../openapi.js';

/** Keys in one order, so that a change of the file is a change of the API. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

// A preview makes nothing: no database is opened.
const app = await NestFactory.create(AppModule.forRoot(loadSettings({})), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
writeFileSync('openapi.json', `${JSON.stringify(sorted(buildOpenApi(app)), null, 2)}\n`);
