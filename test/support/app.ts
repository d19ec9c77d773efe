import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Test } from '@nestjs/testing';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { configureApp, fastifyOptions } from '../../src/app.setup.js';
import { loadSettings } from '../../src/core/config/load-settings.js';
import type { SettingsValues } from '../../src/core/config/settings.js';
import { Egress, type Resolver } from '../../src/core/egress/egress.js';
import { EventBus } from '../../src/core/events/event-bus.js';
import { Clock } from '../../src/core/time/clock.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface TestAnswer {
  status: number;
  /** The parsed JSON, or the text where it is not JSON. Tests say what they expect of it. */
  body: Body;
  headers: Record<string, string | string[] | number | undefined>;
}
/** JSON as tests read it: deep and without ceremony. */
export type Body = any;

export interface TestRequest {
  token?: string;
  apiKey?: string;
  body?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

/** The whole application on a database of its own, spoken to through HTTP. */
export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  http(method: string, url: string, request?: TestRequest): Promise<TestAnswer>;
  /** A new user with a tenant of its own. */
  signUp(): Promise<{ token: string; tenantId: string; userId: string; email: string }>;
  /** A listening address, for what really connects. */
  listen(): Promise<string>;
  /** Every listener of the bus has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  settings?: Partial<SettingsValues>;
  clock?: Clock;
  /** The name server of whatever users named; else the system's. */
  resolver?: Resolver;
  /** Another process on the same database; it is not dropped with this app. */
  database?: TestDatabase;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase({ withDays: true }));
  const dataDir = mkdtempSync(join(tmpdir(), 'fieldline-test-data-'));
  const settings = loadSettings({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    SECRET_KEY: 'a key for tests that is long enough to pass every check',
    REGISTRATION: 'open',
    ALLOW_UNSAFE_DATABASE: 'true',
    LOG_LEVEL: 'silent',
    // Off by default; here every route is there to be judged.
    THINGSBOARD_API: 'true',
    EGRESS_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
  }).with(options.settings ?? {});
  const building = Test.createTestingModule({ imports: [AppModule.forRoot(settings)] });
  if (options.clock !== undefined) building.overrideProvider(Clock).useValue(options.clock);
  if (options.resolver !== undefined) {
    building.overrideProvider(Egress).useValue(new Egress(settings, options.resolver));
  }
  const testing = await building.compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions(settings)), {
    logger: false,
  });
  configureApp(app, settings);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();

  const http = async (method: string, url: string, request: TestRequest = {}): Promise<TestAnswer> => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.apiKey === undefined ? {} : { 'x-api-key': request.apiKey }),
        ...(request.body === undefined || Buffer.isBuffer(request.body) ? {} : { 'content-type': 'application/json' }),
        ...(request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { payload: asPayload(request.body) }),
      ...(request.form === undefined ? {} : { payload: new URLSearchParams(request.form).toString() }),
      payloadAsStream: true,
    });
    return { status: answer.statusCode, body: parsed(await payloadOf(answer)), headers: answer.headers };
  };

  return {
    app,
    database,
    http,
    signUp: async () => {
      const name = `user-${randomBytes(5).toString('hex')}`;
      const email = `${name}@example.com`;
      const password = 'a long enough password';
      await http('POST', '/api/v1/auth/register', { body: { email, username: name, password } });
      const login = await http('POST', '/api/v1/auth/login', { body: { username: email, password } });
      const token = String(login.body.access_token);
      const me = await http('GET', '/api/v1/auth/me', { token });
      // A test that goes on without a login says something else of what is wrong.
      if (me.status !== 200) throw new Error(`nobody signed up: ${JSON.stringify(login.body)}`);
      return { token, email, userId: String(me.body.id), tenantId: String(me.body.tenant_id) };
    },
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    settled: () => app.get(EventBus).settled(),
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
      if (options.database === undefined) await database.drop();
    },
  };
}

/** A stream of events does not end by itself: that it began is all that is told of it. */
async function payloadOf(answer: { headers: TestAnswer['headers']; stream(): Readable }): Promise<string> {
  const body = answer.stream();
  if (String(answer.headers['content-type']).startsWith('text/event-stream')) {
    body.destroy();
    return '';
  }
  return text(body);
}

function asPayload(body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function parsed(payload: string): Body {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
