import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errors, request } from 'undici';
import { loadSettings } from '../config/load-settings.js';
import { EgressRefused } from './egress-refused.js';
import { Egress, type Resolver } from './egress.js';
import { HostUnknown } from './host-unknown.js';

const egressWith = (allowed: string[], resolver?: Resolver) =>
  new Egress(loadSettings({}).with({ egressAllowCidrs: allowed }), resolver);
const alwaysAnswers =
  (...addresses: string[]): Resolver =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

/** Whatever undici's request throws; our refusals come as they are. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('Egress', () => {
  let server: Server;
  let port: number;
  let hits = 0;

  beforeAll(async () => {
    server = createServer((_, response) => {
      hits += 1;
      response.end('inside');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const get = async (egress: Egress, host: string) => {
    const agent = egress.httpAgent({ connectTimeoutMs: 2_000 });
    try {
      const { body } = await request(`http://${host}:${port}/`, { dispatcher: agent });
      return await body.text();
    } finally {
      await agent.destroy();
    }
  };

  it('reaches what the operator opened, by address and by name', async () => {
    expect(await get(egressWith(['127.0.0.0/8']), '127.0.0.1')).toBe('inside');
    expect(await get(egressWith(['127.0.0.0/8'], alwaysAnswers('127.0.0.1')), 'sink.example')).toBe('inside');
  });

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '127.1', 'a-name-that-leads.inside'])(
    'opens no connection to %s',
    async (host) => {
      const before = hits;
      expect(await failureOf(get(egressWith([], alwaysAnswers('127.0.0.1')), host))).toBeInstanceOf(EgressRefused);
      expect(hits).toBe(before);
    },
  );

  it('refuses a name of which only one address lies inside', async () => {
    const mixed = egressWith([], alwaysAnswers('8.8.8.8', '127.0.0.1'));
    await expect(mixed.resolve('mixed.example')).rejects.toThrow(EgressRefused);
  });

  it('goes to the address that it checked, however often the name server changes its mind', async () => {
    let asked = 0;
    const rebinding: Resolver = () => {
      asked += 1;
      // The first answer is opened below and nobody listens there; every later one would be the forbidden server.
      return Promise.resolve([{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]);
    };
    const egress = egressWith(['127.0.0.2/32'], rebinding);
    const before = hits;
    expect(await failureOf(get(egress, 'rebinding.example'))).toMatchObject({ code: 'ECONNREFUSED' });
    expect(asked).toBe(1);
    expect(await failureOf(get(egress, 'rebinding.example'))).toBeInstanceOf(EgressRefused);
    expect(await failureOf(egress.connectSocket({ host: 'rebinding.example', port, timeoutMs: 2_000 }))).toBeInstanceOf(
      EgressRefused,
    );
    expect(hits).toBe(before);
  });

  it('says that a name is unknown, and not why its server did not answer', async () => {
    const silent = egressWith([], () => Promise.reject(new Error('SERVFAIL at 10.0.0.53')));
    await expect(silent.resolve('nowhere.example')).rejects.toThrow(HostUnknown);
    await expect(silent.resolve('nowhere.example')).rejects.not.toThrow(/10\.0\.0\.53/);
    await expect(egressWith([], alwaysAnswers()).resolve('empty.example')).rejects.toThrow(HostUnknown);
  });

  it('does not tell how the inside is numbered', async () => {
    const egress = egressWith([], alwaysAnswers('10.11.12.13'));
    await expect(egress.resolve('intranet.example')).rejects.not.toThrow(/10\.11/);
  });

  describe('checkUrl', () => {
    const egress = egressWith([], alwaysAnswers('8.8.8.8'));

    it('answers the addresses of a good URL', async () => {
      const { url, addresses } = await egress.checkUrl('https://example.com/path');
      expect(url.pathname).toBe('/path');
      expect(addresses).toEqual([{ address: '8.8.8.8', family: 4 }]);
    });

    it.each([
      'ftp://example.com/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:6379/_',
      'example.com',
      'http://user:pass@example.com/',
      'http://8.8.8.8@127.0.0.1/',
      'http://127.0.0.1\\@example.com/',
      'http:127.0.0.1',
      'http:///127.0.0.1/',
      'http://[::1]/',
      'http://0x7f000001/',
      'http://1２7.0.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      '\thttp://127.0.0.1/',
    ])('refuses %s', async (url) => {
      await expect(egress.checkUrl(url)).rejects.toThrow(EgressRefused);
    });
  });

  describe('connectSocket', () => {
    it('connects to what is open', async () => {
      const socket = await egressWith(['127.0.0.0/8']).connectSocket({ host: '127.0.0.1', port, timeoutMs: 2_000 });
      expect(socket.remoteAddress).toBe('127.0.0.1');
      socket.destroy();
    });

    it('tries all addresses of a name', async () => {
      const egress = egressWith(['127.0.0.0/8', '::1/128'], alwaysAnswers('::1', '127.0.0.1'));
      const socket = await egress.connectSocket({ host: 'both.example', port, timeoutMs: 2_000 });
      expect(socket.remoteAddress).toBe('127.0.0.1');
      socket.destroy();
    });

    it('gives up in time when the handshake hangs', async () => {
      const silent = createTcpServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port: silentPort } = silent.address() as AddressInfo;
      const target = { host: '127.0.0.1', port: silentPort, tls: {}, timeoutMs: 100 };
      await expect(egressWith(['127.0.0.0/8']).connectSocket(target)).rejects.toThrow(errors.ConnectTimeoutError);
      silent.close();
    });

    it('says that nobody listens', async () => {
      const target = { host: '127.0.0.3', port: 9, timeoutMs: 2_000 };
      await expect(egressWith(['127.0.0.0/8']).connectSocket(target)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
  });
});
