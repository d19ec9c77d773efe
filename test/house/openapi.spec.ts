import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { openApiText } from '../../src/openapi.js';

describe('openapi.json', () => {
  it('says what the routes are (npm run openapi writes it)', async () => {
    const app = await NestFactory.create(AppModule.forRoot(loadSettings({})), new FastifyAdapter(), {
      preview: true,
      logger: false,
    });
    expect(readFileSync('openapi.json', 'utf8') === openApiText(app)).toBe(true);
  });

  it('gives every operation an id of its own and an answer for errors', () => {
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
      paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
    };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses } of operations) expect(responses).toHaveProperty('default');
  });

  it('describes each body by a class that has its name to itself: of two of one name it would show one', () => {
    const names = globSync('src/**/*.{request,response,query,answer}.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^export class (\w+)/gm)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
