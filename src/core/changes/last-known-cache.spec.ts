import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { LastKnownCache } from './last-known-cache.js';

interface Credential {
  id: string;
  deviceId: string;
}

const rows = new Map<string, Credential>();
let reads: string[];
let cache: LastKnownCache<Credential>;

const read = (key: string): Promise<Credential | null> => {
  reads.push(key);
  return Promise.resolve(rows.get(key) ?? null);
};

beforeEach(() => {
  rows.clear();
  rows.set('a1', { id: 'key-1', deviceId: 'device-a' });
  rows.set('a2', { id: 'key-2', deviceId: 'device-a' });
  rows.set('b1', { id: 'key-3', deviceId: 'device-b' });
  reads = [];
  cache = new LastKnownCache(new FakeClock(), 3, read, ({ id, deviceId }) => [id, deviceId]);
});

const warmUp = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await cache.find(key);
  reads = [];
};

describe('LastKnownCache.forget', () => {
  it('drops everything that has the id, and nothing else', async () => {
    await warmUp('a1', 'a2', 'b1');
    cache.forget('device-a');
    expect(['a1', 'a2', 'b1'].map((key) => cache.peek(key)?.id)).toEqual([undefined, undefined, 'key-3']);
  });

  it('keeps everything when what changed is not here', async () => {
    await warmUp('a1', 'b1');
    cache.forget('device-of-somebody');
    expect(['a1', 'b1'].map((key) => cache.peek(key)?.id)).toEqual(['key-1', 'key-3']);
  });

  it('asks again for what was not there: it may have come with the change', async () => {
    await warmUp('c1');
    expect(cache.peek('c1')).toBeNull();
    rows.set('c1', { id: 'key-4', deviceId: 'device-c' });
    cache.forget('key-4');
    expect(await cache.find('c1')).toEqual({ id: 'key-4', deviceId: 'device-c' });
  });

  it('does not keep what was being read while the change came in', async () => {
    const reading = cache.find('a1');
    cache.forget('key-1');
    expect((await reading)?.id).toBe('key-1');
    expect(cache.peek('a1')).toBeUndefined();
  });

  it('forgets the oldest when it is full, of keys and of absences', async () => {
    rows.set('d1', { id: 'key-5', deviceId: 'device-d' });
    await warmUp('a1', 'a2', 'b1', 'd1');
    expect(['a1', 'a2', 'd1'].map((key) => cache.peek(key)?.id)).toEqual([undefined, 'key-2', 'key-5']);
    await warmUp('none-1', 'none-2', 'none-3', 'none-4');
    expect([cache.peek('none-1'), cache.peek('none-4')]).toEqual([undefined, null]);
  });
});
