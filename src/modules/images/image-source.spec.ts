import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../core/config/load-settings.js';
import { Egress } from '../../core/egress/egress.js';
import { imageLimits, type ImageLimits } from './image-limits.js';
import { ImageSource } from './image-source.js';
import { ImageSourceFailed } from './image.errors.js';

const egress = new Egress(loadSettings({}).with({ egressAllowCidrs: ['127.0.0.1/32'] }));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The address of a server that does this with every request. */
async function serverThat(does: RequestListener): Promise<string> {
  const server = createServer(does);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetchFrom = (url: string, limits: Partial<ImageLimits> = {}, gone = new AbortController().signal) =>
  new ImageSource(egress, { ...imageLimits, ...limits }).fetch({ url, headers: {} }, gone);

describe('the source of an image', () => {
  it('has so much time for everything: to answer', async () => {
    const url = await serverThat(() => undefined);
    await expect(fetchFrom(url, { fetchTimeoutMs: 50 })).rejects.toThrow('it took too long');
  });

  it('and to send the last byte', async () => {
    const url = await serverThat((_, response) => {
      response.write('a');
    });
    await expect(fetchFrom(url, { fetchTimeoutMs: 50 })).rejects.toThrow('it took too long');
  });

  it('and for all its redirects', async () => {
    const url = await serverThat((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end();
    });
    await expect(fetchFrom(url, { fetchTimeoutMs: 50 })).rejects.toThrow('it took too long');
  });

  it('is left at once when nobody waits any more', async () => {
    const left = Promise.withResolvers<undefined>();
    const caller = new AbortController();
    const url = await serverThat((_, response) => {
      response.on('close', () => {
        left.resolve(undefined);
      });
      caller.abort();
    });
    await expect(fetchFrom(url, {}, caller.signal)).rejects.toThrow(ImageSourceFailed);
    await left.promise;
  });

  it('is not asked at all when nobody waits from the beginning', async () => {
    let asked = 0;
    const url = await serverThat(() => {
      asked += 1;
    });
    await expect(fetchFrom(url, {}, AbortSignal.abort())).rejects.toThrow(ImageSourceFailed);
    expect(asked).toBe(0);
  });

  it('sends so many bytes and no more, whether it says so or not', async () => {
    const sends = (bytes: number, headers: Record<string, string> = {}) =>
      serverThat((_, response) => response.writeHead(200, headers).end(Buffer.alloc(bytes)));
    const limits = { maxFileBytes: 1000 };
    expect(await fetchFrom(await sends(1000), limits)).toHaveLength(1000);
    for (const headers of [{}, { 'content-length': '1001' }, { 'transfer-encoding': 'chunked' }]) {
      await expect(fetchFrom(await sends(1001, headers), limits)).rejects.toMatchObject({ code: 'image.too_large' });
    }
  });

  it('is hung up on when it sends too much', async () => {
    const left = Promise.withResolvers<undefined>();
    const url = await serverThat((_, response) => {
      response.on('close', () => {
        left.resolve(undefined);
      });
      response.write(Buffer.alloc(2000));
    });
    await expect(fetchFrom(url, { maxFileBytes: 1000 })).rejects.toMatchObject({ code: 'image.too_large' });
    await left.promise;
  });
});
