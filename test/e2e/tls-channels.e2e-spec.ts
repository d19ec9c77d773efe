import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { clientCertificate, clientKey, serverCertificate, serverKey, testAuthority } from '../support/certificates.js';

const url = '/api/v1/integrations';
/** Both servers want a client certificate of the test authority. */
const serverTls = {
  cert: serverCertificate,
  key: serverKey,
  ca: testAuthority,
  requestCert: true,
  rejectUnauthorized: true,
};
const identity = { cert: clientCertificate, key: clientKey };
let app: TestApp;
let token: string;
let broker: Aedes;
const clients: string[] = [];
const https = createHttps(serverTls, (request, response) => {
  clients.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
  response.end('secure');
});
const mqtts = createTls(serverTls, (socket) => {
  broker.handle(socket);
});

beforeAll(async () => {
  app = await startTestApp();
  broker = await Aedes.createBroker();
  ({ token } = await app.signUp());
  await Promise.all(
    [https, mqtts].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
});
afterAll(async () => {
  await app.close();
  await new Promise<void>((resolve) => {
    broker.close(() => {
      resolve();
    });
  });
  https.close();
  mqtts.close();
});

let made = 0;
async function tried(type: string, config: object): Promise<Body> {
  const body = { name: `tls ${(made += 1)}`, type, config };
  const { id } = (await app.http('POST', url, { token, body })).body;
  return (await app.http('POST', `${url}/${String(id)}/test`, { token })).body;
}
const overHttps = (tls: object | undefined, host = 'localhost'): Promise<Body> =>
  tried('http', {
    url: `https://${host}:${(https.address() as AddressInfo).port}/x`,
    ...(tls === undefined ? {} : { tls }),
  });
const overMqtts = (config: object): Promise<Body> =>
  tried('mqtt', { host: 'localhost', port: (mqtts.address() as AddressInfo).port, topic: 't', ...config });

describe('an endpoint behind TLS', () => {
  it.each(['localhost', '127.0.0.1'])('is reached by its own authority and a client certificate: %s', async (host) => {
    expect(await overHttps({ ca: testAuthority, ...identity }, host)).toMatchObject({
      status: 'delivered',
      response: { body: 'secure' },
    });
    expect(clients.at(-1)).toBe('client.test');
  });

  it('is not trusted without its authority, and does not trust us without the certificate', async () => {
    const before = clients.length;
    for (const tls of [undefined, identity, { ca: testAuthority }]) {
      expect(await overHttps(tls)).toMatchObject({ status: 'failed', error: { code: 'http.connection' } });
    }
    expect(clients).toHaveLength(before);
  });
});

describe('a broker behind TLS', () => {
  it('is reached by its own authority and a client certificate', async () => {
    expect(await overMqtts({ tls: { ca: testAuthority, ...identity } })).toMatchObject({ status: 'delivered' });
    const older = { use_ssl: true, ca_cert: testAuthority, client_cert: clientCertificate, client_key: clientKey };
    expect(await overMqtts(older)).toMatchObject({ status: 'delivered' });
    expect(await overMqtts({ tls: { ...identity, reject_unauthorized: false } })).toMatchObject({
      status: 'delivered',
    });
  });

  it('is not trusted without its authority, and does not trust us without the certificate', async () => {
    for (const tls of [identity, { ca: testAuthority }]) {
      const result = await overMqtts({ tls });
      expect(result.status).toBe('failed');
      expect(result.error.code).toMatch(/^mqtt\.connection/);
    }
  });

  it('shows the key to nobody', async () => {
    const body = {
      name: 'keyed',
      type: 'mqtt',
      config: { host: 'h', topic: 't', tls: { ca: testAuthority, ...identity } },
    };
    const { config } = (await app.http('POST', url, { token, body })).body;
    expect(config.tls).toEqual({ ca: testAuthority, cert: clientCertificate, key: '********' });
  });
});
