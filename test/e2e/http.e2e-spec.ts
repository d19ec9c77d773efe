import { Body, Controller, Get, Logger, Param, Post, Put, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { AppError } from '../../src/core/errors/app-error.js';
import { IdPipe } from '../../src/core/http/id.pipe.js';
import { CursorPage } from '../../src/core/http/paging/cursor-page.js';
import { CursorQuery } from '../../src/core/http/paging/cursor.query.js';
import { Page } from '../../src/core/http/paging/page.js';
import { PageQuery } from '../../src/core/http/paging/page.query.js';
import { JsonLogger } from '../../src/core/logging/json-logger.js';
import { startFrameApp } from '../support/frame-app.js';

class ThingNotFound extends AppError {
  readonly kind = 'not_found';
  readonly code = 'thing.not_found';
}
class Full extends AppError {
  readonly kind = 'unavailable';
  readonly code = 'spool.full';
  override readonly retryAfterSeconds = 7;
}
class Unknown extends AppError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.unknown';
}
class ThingRequest {
  @IsString()
  name!: string;

  @IsOptional()
  @IsString()
  note?: string;
}

@Controller('things')
class ThingsController {
  private readonly logger = new Logger('Things');

  @Get()
  list(@Query() { skip, limit }: PageQuery): Page<number> {
    return new Page(
      Array.from({ length: Math.max(0, Math.min(limit, 250 - skip)) }, (_, n) => skip + n),
      250,
    );
  }

  @Get('history')
  history(@Query() { cursor, count }: CursorQuery): CursorPage<string> {
    return count ? new CursorPage(['a'], null, 1) : new CursorPage([cursor ?? 'first'], 'second');
  }

  @Post()
  create(@Body() request: ThingRequest): ThingRequest {
    this.logger.log('created');
    return request;
  }

  @Post('raw')
  @RouteConfig({ rawBody: true })
  raw(@Req() request: FastifyRequest): string {
    return Buffer.isBuffer(request.body) ? request.body.toString('hex') : typeof request.body;
  }

  @Get('fails/:how')
  fail(@Param('how') how: string): never {
    if (how === 'full') throw new Full('no room');
    if (how === 'unknown') throw new Unknown('who are you?');
    if (how === 'lost') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    throw new Error('SELECT something secret');
  }

  @Get('breaks-off')
  breakOff(@Res() reply: FastifyReply): void {
    const half = Readable.from(
      (async function* () {
        yield 'half';
        await Promise.resolve();
        throw new Error('and no more');
      })(),
    );
    void reply.send(half);
  }

  @Get(':id')
  get(@Param('id', IdPipe) id: string): string {
    throw new ThingNotFound(`there is no thing ${id}`);
  }

  @Put(':id')
  put(@Param('id', IdPipe) id: string, @Body() request: ThingRequest): object {
    return { id, name: request.name };
  }

  @Get('file/download')
  file(): StreamableFile {
    return new StreamableFile(Buffer.from('file'));
  }
}

const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const json = { 'content-type': 'application/json' };

describe('the frame of every request', () => {
  let app: NestFastifyApplication;
  const lines: Record<string, unknown>[] = [];

  beforeAll(async () => {
    const logger = new JsonLogger('debug', {
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    app = await startFrameApp([ThingsController], { corsOrigins: ['https://console.example'] }, logger);
  });
  afterAll(async () => {
    await app.close();
    Logger.overrideLogger(false);
  });

  const post = (payload: string | Buffer, headers: Record<string, string> = json, url = '/things') =>
    app.inject({ method: 'POST', url, payload, headers });
  const logged = (requestId: string) => lines.filter((line) => line['request_id'] === requestId);

  describe('problems', () => {
    it('are documents of RFC 9457 with a code and the request’s id', async () => {
      const answer = await app.inject({ method: 'GET', url: `/things/${id}`, headers: { 'x-request-id': 'my-id-1' } });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toEqual({
        type: 'urn:fieldline:problem:thing.not_found',
        title: 'Not Found',
        status: 404,
        detail: `there is no thing ${id}`,
        code: 'thing.not_found',
        request_id: 'my-id-1',
      });
    });

    it('name every field', async () => {
      const answer = await post('{"name": 7, "role": "admin"}');
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'validation.failed',
        errors: expect.arrayContaining([
          { path: 'role', message: 'unknown field' },
          { path: 'name', message: 'name must be a string' },
        ]) as unknown,
      });
    });

    it('tell nothing of what nobody foresaw, but the log tells it once', async () => {
      const answer = await app.inject({ method: 'GET', url: '/things/fails/x', headers: { 'x-request-id': 'boom' } });
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toMatchObject({ code: 'internal', request_id: 'boom' });
      expect(answer.payload).not.toContain('secret');
      expect(logged('boom').filter((line) => line['level'] === 'error')).toHaveLength(1);
    });

    it('say when to come back, and how to introduce oneself', async () => {
      expect((await app.inject('/things/fails/full')).headers['retry-after']).toBe('7');
      expect((await app.inject('/things/fails/unknown')).headers['www-authenticate']).toBe('Bearer');
      const lost = await app.inject('/things/fails/lost');
      expect(lost.statusCode).toBe(503);
      expect(lost.headers['retry-after']).toBe('2');
      expect(lost.json()).toMatchObject({ code: 'database.unavailable' });
    });

    it('tell an unknown path from a wrong method', async () => {
      const unknown = await app.inject({ method: 'GET', url: '/nothing?token=hunter2' });
      expect(unknown.json()).toMatchObject({
        status: 404,
        code: 'http.not_found',
        detail: 'there is nothing at this path',
      });
      const wrong = await app.inject({ method: 'DELETE', url: `/things/${id}` });
      expect(wrong.json()).toMatchObject({ status: 405, code: 'http.method_not_allowed' });
      expect(wrong.headers['allow']).toBe('GET, HEAD, PUT');
    });

    it('also answer an address that is not well-formed', async () => {
      const answer = await app.inject({ method: 'GET', url: '/things/%zz' });
      expect(answer.json()).toMatchObject({ status: 400, code: 'http.bad_url' });
      expect((await app.inject(`/things/${'x'.repeat(200)}`)).json()).toMatchObject({
        status: 414,
        code: 'http.uri_too_long',
      });
    });
  });

  describe('bodies', () => {
    const jsonType = 'application/json';
    const formType = 'application/x-www-form-urlencoded';
    it.each([
      ['cut JSON', jsonType, '{"name":', 400, 'http.malformed_json'],
      ['__proto__', jsonType, '{"name":"a","__proto__":{"role":"admin"}}', 400, 'http.malformed_json'],
      ['constructor.prototype', jsonType, '{"name":"a","constructor":{"prototype":{}}}', 400, 'http.malformed_json'],
      ['a NUL', jsonType, '{"name":"a\\u0000b"}', 400, 'validation.failed'],
      ['an array', jsonType, '[]', 400, 'validation.failed'],
      ['null', jsonType, 'null', 400, 'validation.failed'],
      ['a text', jsonType, '"text"', 400, 'validation.failed'],
      ['a number', jsonType, '7', 400, 'validation.failed'],
      ['nothing', jsonType, '', 400, 'validation.failed'],
      ['2 MB', jsonType, `{"name":"${'x'.repeat(2_000_000)}"}`, 413, 'http.body_too_large'],
      ['a tower', jsonType, `{"name":"a","note":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400, 'validation.failed'],
      ['XML', 'application/xml', '<name>a</name>', 415, 'http.unsupported_media_type'],
      ['plain text', 'text/plain', 'name=a', 415, 'http.unsupported_media_type'],
      ['__proto__ in a form', formType, '__proto__=x&name=a&role=admin', 400, 'validation.failed'],
      ['a NUL in a form', formType, 'name=a%00b', 400, 'validation.failed'],
    ])('with %s are refused', async (...[, type, payload, status, code]) => {
      expect((await post(payload, { 'content-type': type })).json()).toMatchObject({ status, code });
    });

    it('may be JSON or a form', async () => {
      expect((await post('{"name":"a"}')).json()).toEqual({ name: 'a' });
      const form = await post('name=a+b&note=c', { 'content-type': 'application/x-www-form-urlencoded' });
      expect(form.json()).toEqual({ name: 'a b', note: 'c' });
    });

    it('never say what they held when they could not be read', async () => {
      const answer = await post('{"password":"hunter2"');
      expect(answer.payload).not.toContain('hunter2');
    });

    it('stay bytes where the route wants them so', async () => {
      for (const type of ['application/json', 'application/octet-stream', 'text/plain']) {
        const answer = await post(Buffer.from([0x7b, 0xff, 0x00]), { 'content-type': type }, '/things/raw');
        expect(answer.payload).toBe('7bff00');
      }
    });
  });

  describe('pages', () => {
    it('are bare arrays that lead to the next', async () => {
      const answer = await app.inject({
        method: 'GET',
        url: '/things?limit=100&skip=100',
        headers: { host: 'iot.example' },
      });
      expect(answer.json()).toHaveLength(100);
      expect(answer.headers['x-total-count']).toBe('250');
      expect(answer.headers['link']).toBe('<http://iot.example/things?limit=100&skip=200>; rel="next"');
      const last = await app.inject('/things?limit=100&skip=200');
      expect(last.json()).toHaveLength(50);
      expect(last.headers['link']).toBeUndefined();
    });

    it('of a history lead by a cursor', async () => {
      const answer = await app.inject({ method: 'GET', url: '/things/history?skip=5' });
      expect(answer.json()).toEqual(['first']);
      expect(answer.headers['link']).toMatch(/history\?cursor=second>; rel="next"$/);
      expect(answer.headers['x-total-count']).toBeUndefined();
      expect((await app.inject('/things/history?count=true')).headers['x-total-count']).toBe('1');
    });

    it.each(['skip=-1', 'limit=0', 'limit=1001', 'limit=x', 'unknown=1', 'limit=1&limit=2', 'limit[]=1'])(
      'refuse ?%s',
      async (query) => {
        expect((await app.inject(`/things?${query}`)).statusCode).toBe(400);
      },
    );
  });

  describe('headers', () => {
    it('carry the request’s id, given or made', async () => {
      const given = await app.inject({ method: 'GET', url: '/things', headers: { 'x-request-id': 'abc-1' } });
      expect(given.headers['x-request-id']).toBe('abc-1');
      for (const bad of ['a b', 'x'.repeat(129), '{"a":1}', '']) {
        const made = await app.inject({ method: 'GET', url: '/things', headers: { 'x-request-id': bad } });
        expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      }
    });

    it('protect pages, errors included', async () => {
      for (const url of ['/things', '/nothing', '/api/docs']) {
        const { headers } = await app.inject(url);
        expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
        expect(headers['content-security-policy']).toContain("default-src 'self'");
        expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
        expect(headers['strict-transport-security']).toBeUndefined();
      }
    });

    it('let only the named origins in', async () => {
      const ask = (origin: string) =>
        app.inject({ method: 'OPTIONS', url: '/things', headers: { origin, 'access-control-request-method': 'POST' } });
      const known = await ask('https://console.example');
      expect(known.headers['access-control-allow-origin']).toBe('https://console.example');
      expect(known.headers['access-control-allow-methods']).toContain('PATCH');
      expect((await ask('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
    });
  });

  describe('the log', () => {
    it('has one line for a request: its route, never its address', async () => {
      await app.inject({ method: 'GET', url: `/things/${id}?token=hunter2`, headers: { 'x-request-id': 'log-1' } });
      expect(logged('log-1')).toEqual([
        expect.objectContaining({ level: 'info', method: 'GET', route: '/things/:id', status: 404, msg: 'answered' }),
      ]);
      expect(JSON.stringify(lines)).not.toContain('hunter2');
    });

    it('has the request’s id on every line of its work', async () => {
      await app.inject({
        method: 'POST',
        url: '/things',
        payload: { name: 'a' },
        headers: { 'x-request-id': 'log-2' },
      });
      expect(logged('log-2').map((line) => line['msg'])).toEqual(['created', 'answered']);
    });

    it('keeps what machines do all day at debug', async () => {
      await app.inject({ method: 'GET', url: '/metrics', headers: { 'x-request-id': 'log-3' } });
      expect(logged('log-3')).toEqual([expect.objectContaining({ level: 'debug', route: '/metrics' })]);
    });
  });

  it('leads from / to the documents', async () => {
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(302);
    expect(answer.headers['location']).toBe('/api/docs');
    expect((await app.inject('/api/docs')).payload).toContain('swagger-ui');
    expect((await app.inject('/api/docs-json')).json()).toMatchObject({ openapi: '3.1.0' });
  });

  it('ends the connection when an answer breaks off in the middle', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const received = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write('GET /things/breaks-off HTTP/1.1\r\nHost: x\r\n\r\n'),
      );
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('close', () => {
          resolve(text);
        });
      socket.on('error', () => undefined);
    });
    expect(received).toContain('half');
    expect(received).not.toContain('0\r\n\r\n');
  });
});

describe('a worker', () => {
  it('answers probes and Prometheus, and nobody else', async () => {
    const app = await startFrameApp([ThingsController], { role: 'worker' });
    expect((await app.inject('/metrics')).statusCode).toBe(200);
    expect((await app.inject('/things')).json()).toMatchObject({ status: 404, code: 'http.not_found' });
    expect((await app.inject('/api/docs')).statusCode).toBe(404);
    await app.close();
  });
});

describe('GET /metrics', () => {
  it('is in Prometheus’ text format and counts requests by route', async () => {
    const app = await startFrameApp([ThingsController]);
    await app.inject(`/things/${id}`);
    await app.inject('/nothing/at/all');
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.payload).toContain(
      'fieldline_http_request_duration_seconds_count{method="GET",route="/things/:id",status="404"} 1',
    );
    expect(answer.payload).toContain('{method="any",route="unknown",status="404"} 1');
    await app.close();
  });

  it('asks for METRICS_TOKEN where one is set', async () => {
    const metricsToken = 'a-token-of-some-length';
    const app = await startFrameApp([], { metricsToken });
    const ask = (authorization?: string) =>
      app.inject({ method: 'GET', url: '/metrics', headers: authorization === undefined ? {} : { authorization } });
    expect((await ask(`Bearer ${metricsToken}`)).statusCode).toBe(200);
    for (const wrong of [undefined, 'Bearer wrong', metricsToken, `Basic ${metricsToken}`]) {
      const answer = await ask(wrong);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'metrics.token_wrong' });
    }
    await app.close();
  });
});
