import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { dataSourceOptions } from '../../src/core/database/data-source.js';
import { DatabaseSilent, isDatabaseAway } from '../../src/core/database/database-away.js';
import { GivenUpConnections } from '../../src/core/database/given-up-connections.js';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { EventBus } from '../../src/core/events/event-bus.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let database: TestDatabase;
let proxy: TcpProxy;
let url: string;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  ({ proxy, url } = await TcpProxy.inFrontOf(database.url));
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

const elapsedMs = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

describe('the hot pool', () => {
  let pool: HotPool;

  beforeEach(() => {
    pool = new HotPool(loadSettings({ DATABASE_URL: url, SECRET_KEY: 'a key that is long enough for every check' }));
  });
  afterEach(() => pool.onApplicationShutdown());

  it('gives up a connection that is silent, and takes another as soon as there is one', async () => {
    await pool.query('SELECT 1');
    proxy.swallow();
    for (const ask of [
      () => pool.named('one', 'SELECT 1', [], 300),
      () => pool.query('SELECT 1', [], 300),
      () => pool.probe(300),
    ]) {
      const tookMs = await elapsedMs(() => expect(ask()).rejects.toThrow());
      expect(tookMs).toBeLessThan(1_500);
    }
    proxy.forget();
    expect(await pool.named('one', 'SELECT 1 AS n', [])).toEqual([{ n: 1 }]);
    await pool.probe(1_000);
  });

  it('counts the wait for a connection into the deadline', async () => {
    const busy = Array.from({ length: 6 }, () => pool.query('SELECT pg_sleep(1)'));
    await expect(pool.query('SELECT 1', [], 200)).rejects.toThrow(DatabaseSilent);
    await Promise.all(busy);
    expect(await pool.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('answers again after every connection was cut', async () => {
    await Promise.all(Array.from({ length: 6 }, () => pool.query('SELECT pg_sleep(0.05)')));
    const cut = pool.query('SELECT pg_sleep(5)');
    await pool.query('SELECT 1');
    proxy.cut();
    await expect(cut).rejects.toThrow('Connection terminated unexpectedly');
    // One turn of the event loop, in which the idle ones hear of it too.
    await new Promise((resolve) => setImmediate(resolve));
    expect(await pool.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('TypeORM’s pool', () => {
  let source: DataSource;

  beforeAll(async () => {
    const patienceMs = 300;
    source = await new DataSource(Object.assign(dataSourceOptions(url, patienceMs), { poolSize: 1 })).initialize();
    new GivenUpConnections(source).onModuleInit();
  });
  afterAll(() => source.destroy());

  it('does not put anybody behind an answer that nobody waits for any more', async () => {
    await expect(source.query('SELECT pg_sleep(3)')).rejects.toThrow('Query read timeout');
    expect(await elapsedMs(() => source.query('SELECT 1'))).toBeLessThan(1_500);
  });

  it('waits for a transaction that says it takes long', async () => {
    const transactions = new Transactions(source, new EventBus());
    const long = transactions.run((tx) => tx.query('SELECT pg_sleep(0.6)'), { unhurried: true });
    await expect(long).resolves.toHaveLength(1);
  });
});

describe('a failure', () => {
  it.each([
    ['57P01', true],
    ['57P03', true],
    ['08006', true],
    ['53100', true],
    ['53300', true],
    ['25006', true],
    ['58030', true],
    ['EPIPE', true],
    ['ECONNREFUSED', true],
    ['23505', false],
    ['22021', false],
    ['42P01', false],
    ['40001', false],
    ['57014', false],
  ])('with the code %s means that the database is away: %s', (code, isAway) => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(isAway);
    expect(
      isDatabaseAway(Object.assign(new Error('x'), { driverError: Object.assign(new Error('y'), { code }) })),
    ).toBe(isAway);
  });
});
