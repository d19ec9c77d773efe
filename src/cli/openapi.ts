import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { loadSettings } from '../core/config/load-settings.js';
import { openApiText } from '../openapi.js';

// A preview makes nothing: no database is opened.
const app = await NestFactory.create(AppModule.forRoot(loadSettings({})), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
writeFileSync('openapi.json', openApiText(app));
