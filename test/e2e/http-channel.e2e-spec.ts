import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Channels, type AttemptOutcome } from '../../src/modules/runs/channels/channels.service.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { answer, drip, flood, HttpSink, neverAnswer, reset, type Answer } from '../support/http-sink.js';

const url = '/api/v1/integrations';
const never = new AbortController().signal;
const message = { event: 'up', device: { name: 'Hall "2" Ω', dev_eui: 'a1' }, data: { temperature: 21.5, note: null } };
let server: TestApp;
let sink: HttpSink;
let token: string;
let tenantId: string;

beforeAll(async () => {
  server = await startTestApp();
  sink = await HttpSink.start();
  ({ token, tenantId } = await server.signUp());
});
afterEach(() => {
  sink.clear();
  sink.script();
  sink.answerAlways(answer(200));
});
afterAll(async () => {
  await server.close();
  await sink.close();
});

let made = 0;
async function anIntegration(config: object, given: object = {}): Promise<Body> {
  const body = { name: `http ${(made += 1)}`, type: 'http', config: { url: `${sink.url}/hook`, ...config }, ...given };
  return (await server.http('POST', url, { token, body })).body;
}
function send(
  integrationId: string,
  given: { deliveryId?: string; json?: unknown; signal?: AbortSignal } = {},
): Promise<AttemptOutcome> {
  const { deliveryId = newId(Date.now()), json = message, signal = never } = given;
  const outbound = {
    deliveryId,
    runId: deliveryId,
    flowId: deliveryId,
    nodeId: 'n',
    deviceId: null,
    messageJson: JSON.stringify(json),
  };
  return server.app.get(Channels).get('integration').send({ id: tenantId }, integrationId, outbound, signal);
}
const sendTo = async (config: object, given: Parameters<typeof send>[1] = {}): Promise<AttemptOutcome> =>
  send((await anIntegration(config)).id, given);

describe('one HTTP attempt', () => {
  it('posts the message as it is, under the id of its delivery', async () => {
    const deliveryId = newId(Date.now());
    expect(await sendTo({}, { deliveryId })).toEqual({ status: 'delivered', responseStatus: 200 });
    expect(sink.requests).toMatchObject([
      {
        method: 'POST',
        url: '/hook',
        body: JSON.stringify(message),
        headers: {
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^fieldline\/\d/),
          'webhook-id': deliveryId,
        },
      },
    ]);
    expect(sink.requests[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it('keeps its connections for the next ones', async () => {
    const { id } = await anIntegration({});
    for (let number = 0; number < 6; number += 1) await send(id);
    expect(new Set(sink.requests.map(({ connection }) => connection)).size).toBeLessThan(3);
  });

  it('fills templates into url, headers and body', async () => {
    await sendTo(
      {
        url: `${sink.url}/{{device.name}}/{{device.dev_eui}}?t={{data.temperature}}`,
        method: 'PUT',
        headers: { 'X-Name': 'a {{device.name}}', 'X-Multi': '{{text}}', Accept: 'text/plain' },
        auth: { type: 'basic', username: 'u', password: 'p' },
        body_template: '{"text": "{{device.name}}", "data": {{json data}}}',
      },
      { json: { ...message, text: 'one\r\nInjected: yes' } },
    );
    const [request] = sink.requests;
    expect(request).toMatchObject({ method: 'PUT', url: `/${encodeURIComponent(message.device.name)}/a1?t=21.5` });
    expect(JSON.parse(request?.body ?? '')).toEqual({ text: message.device.name, data: message.data });
    expect(request?.headers).toMatchObject({
      'x-multi': 'one Injected: yes',
      accept: 'text/plain',
      authorization: 'Basic dTpw',
    });
    expect(Buffer.from(String(request?.headers['x-name']), 'latin1').toString('utf8')).toBe(`a ${message.device.name}`);
    expect(request?.headers).not.toHaveProperty('injected');
  });

  it('sends the message as query parameters with GET', async () => {
    await sendTo({ method: 'GET', url: `${sink.url}/q?own=1` }, { json: { event: 'up', data: { t: 1 }, none: null } });
    const [request] = sink.requests;
    expect([request?.method, request?.body]).toEqual(['GET', '']);
    expect(Object.fromEntries(new URL(request?.url ?? '', sink.url).searchParams)).toEqual({
      own: '1',
      event: 'up',
      data: '{"t":1}',
    });
  });

  it('is not made when the message lacks what a template names, or would leave its place', async () => {
    const lacking = await sendTo({ url: `${sink.url}/{{data.humidity}}` });
    expect(lacking).toEqual({
      status: 'failed',
      code: 'template.missing_value',
      error: expect.stringContaining('data.humidity'),
      retryable: false,
    });
    const outside = await sendTo({ url: `${sink.url}/a/{{up}}/b` }, { json: { up: '..' } });
    expect(outside).toMatchObject({ code: 'template.invalid_value', retryable: false });
    expect(sink.requests).toHaveLength(0);
  });
});

describe('signatures', () => {
  const [first, second] = [24, 32].map((bytes) => `whsec_${Buffer.alloc(bytes, bytes).toString('base64')}`) as [
    string,
    string,
  ];

  it('are accepted by the reference implementation, also during a rotation', async () => {
    await sendTo({ signing_secret: second, previous_signing_secret: first });
    const [request] = sink.requests;
    const headers = request?.headers as Record<string, string>;
    for (const secret of [first, second])
      expect(new Webhook(secret).verify(request?.body ?? '', headers)).toEqual(message);
    const other = new Webhook(`whsec_${Buffer.alloc(24, 9).toString('base64')}`);
    expect(() => other.verify(request?.body ?? '', headers)).toThrow();
    expect(() => new Webhook(first).verify(`${request?.body ?? ''} `, headers)).toThrow();
  });
});

describe('what an answer means', () => {
  it.each([
    [204, 'delivered', undefined],
    [301, 'failed', false],
    [400, 'failed', false],
    [401, 'failed', false],
    [404, 'failed', false],
    [408, 'failed', true],
    [409, 'failed', true],
    [425, 'failed', true],
    [429, 'failed', true],
    [500, 'failed', true],
    [503, 'failed', true],
  ])('%i: %s, to be tried again: %s', async (status, outcome, retryable) => {
    sink.script(answer(status, '', { location: 'http://127.0.0.1:9/' }));
    const result = await sendTo({});
    expect(result).toMatchObject({ status: outcome, responseStatus: status });
    if (result.status === 'failed') expect(result).toMatchObject({ code: `http.status_${status}`, retryable });
    expect(sink.requests).toHaveLength(1);
  });

  it('honours Retry-After in seconds and as a date, at most a day', async () => {
    const after = async (value: string): Promise<number | undefined> => {
      sink.script(answer(503, '', { 'retry-after': value }));
      const outcome = await sendTo({});
      return outcome.status === 'failed' ? outcome.retryAfterMs : undefined;
    };
    expect(await after('7')).toBe(7_000);
    expect(await after('99999999')).toBe(86_400_000);
    expect(await after(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000);
    expect(await after(new Date(Date.now() - 60_000).toUTCString())).toBeUndefined();
    expect(await after('soon')).toBeUndefined();
  });

  it('410 disables the integration; its deliveries wait until somebody enables it', async () => {
    const { id } = await anIntegration({});
    sink.script(answer(410));
    expect(await send(id)).toMatchObject({ code: 'http.status_410', gone: true, retryable: true });
    expect((await server.http('GET', `${url}/${id}`, { token })).body).toMatchObject({
      enabled: false,
      health: 'disabled',
    });
    expect(await send(id)).toMatchObject({ code: 'integration.disabled', retryable: true });
    await server.http('PUT', `${url}/${id}`, { token, body: { enabled: true } });
    expect(await send(id)).toMatchObject({ status: 'delivered' });
  });

  it('keeps what came back without the secrets that an endpoint echoes', async () => {
    sink.script((request, response) => response.end(`got ${String(request.headers['x-key'])}\u0000`));
    expect(await sendTo({ headers: { 'X-Key': { value: 'canary', secret: true } } })).toEqual({
      status: 'delivered',
      responseStatus: 200,
      response: 'got ********\ufffd',
    });
  });
});

describe('an endpoint that misbehaves', () => {
  const timed = async (script: Answer): Promise<[AttemptOutcome, number]> => {
    sink.script(script);
    const { id } = await anIntegration({ timeout_ms: 1_000 });
    const startedMs = performance.now();
    return [await send(id), performance.now() - startedMs];
  };

  it('ends on time when it never answers', async () => {
    const [outcome, tookMs] = await timed(neverAnswer);
    expect(outcome).toMatchObject({ code: 'http.timeout', retryable: true });
    expect(tookMs).toBeLessThan(2_000);
  });

  it('ends on time when it drips, and counts what it had said first', async () => {
    const [outcome, tookMs] = await timed(drip());
    expect(outcome).toMatchObject({
      status: 'delivered',
      responseStatus: 200,
      response: expect.stringMatching(/^\.+$/),
    });
    expect(tookMs).toBeLessThan(2_000);
  });

  it('is not read beyond 16 KiB', async () => {
    const [outcome, tookMs] = await timed(flood(1024 * 1024 * 1024));
    expect(outcome).toMatchObject({ status: 'delivered' });
    expect(outcome.response).toHaveLength(16 * 1024);
    expect(tookMs).toBeLessThan(900);
  });

  it('may drop the connection, or not be there', async () => {
    expect((await timed(reset))[0]).toMatchObject({ code: 'http.connection', retryable: true });
    const gone = await HttpSink.start();
    await gone.close();
    expect(await sendTo({ url: gone.url })).toMatchObject({ code: 'http.connection', retryable: true });
  });

  it('is given up when whoever asked gives up', async () => {
    sink.script(neverAnswer);
    const { id } = await anIntegration({});
    const controller = new AbortController();
    const sending = send(id, { signal: controller.signal });
    await sink.received(1);
    controller.abort();
    expect(await sending).toMatchObject({ code: 'http.aborted', retryable: true });
    expect(await send(id, { signal: AbortSignal.abort() })).toMatchObject({ code: 'http.aborted' });
  });
});

describe('an integration that cannot be sent to', () => {
  it("is missing, or another tenant's", async () => {
    const missing = { status: 'failed', code: 'integration.missing', retryable: false };
    expect(await send(newId(Date.now()))).toMatchObject(missing);
    const { token: other } = await server.signUp();
    const foreign = await server.http('POST', url, {
      token: other,
      body: { name: 'x', type: 'http', config: { url: sink.url } },
    });
    expect(await send(foreign.body.id)).toMatchObject(missing);
    expect(sink.requests).toHaveLength(0);
  });

  it('leads inside by its name', async () => {
    const closed = await startTestApp({ settings: { egressAllowCidrs: [] }, database: server.database });
    const { id } = await anIntegration({ url: sink.url.replace('127.0.0.1', 'localhost') });
    const outbound = { deliveryId: id, runId: id, flowId: id, nodeId: 'n', deviceId: null, messageJson: '{}' };
    const outcome = await closed.app.get(Channels).get('integration').send({ id: tenantId }, id, outbound, never);
    expect(outcome).toMatchObject({ status: 'failed', code: 'egress.refused', retryable: false });
    expect(sink.requests).toHaveLength(0);
    await closed.close();
  });

  it('has its schedule, or the default', async () => {
    const channel = server.app.get(Channels).get('integration');
    const { id } = await anIntegration({ schedule_ms: [0, 10] });
    expect(await channel.scheduleMs({ id: tenantId }, id)).toEqual([0, 10]);
    const { id: plain } = await anIntegration({});
    expect(await channel.scheduleMs({ id: tenantId }, plain)).toHaveLength(11);
  });
});
