import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Channels, type AttemptOutcome } from '../../src/modules/runs/channels/channels.service.js';
import type { Body } from '../support/app.js';
import { createEmptyDatabase } from '../support/database.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let world: DeliveryWorld;
let archive: { url: string; drop: () => Promise<void> };
let reader: pg.Client;
let proxy: TcpProxy;
let through: URL;
const never = new AbortController().signal;

beforeAll(async () => {
  [world, archive] = await Promise.all([DeliveryWorld.create(), createEmptyDatabase()]);
  const fronted = await TcpProxy.inFrontOf(archive.url);
  proxy = fronted.proxy;
  through = new URL(fronted.url);
  reader = new pg.Client({ connectionString: archive.url });
  await reader.connect();
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await world.close();
  await reader.end();
  await proxy.close();
  await archive.drop();
});

let made = 0;
async function aStorage(given: object = {}): Promise<Body> {
  made += 1;
  const { body } = await world.ask('POST', 'storages', {
    ...{ name: `postgres ${made.toString()}`, type: 'postgresql', host: through.hostname, port: Number(through.port) },
    ...{ database: through.pathname.slice(1), username: through.username, create_table: true },
    ...(through.password === '' ? {} : { password: through.password }),
    table: `points_${made.toString()}`,
    ...given,
  });
  return body;
}
function send(storage: Body, message: unknown, deliveryId = newId(Date.now())): Promise<AttemptOutcome> {
  const messageJson = JSON.stringify(message);
  const outbound = { deliveryId, runId: deliveryId, flowId: deliveryId, nodeId: 'n', deviceId: null, messageJson };
  return world.app.app.get(Channels).get('storage').send({ id: world.tenant.tenantId }, storage.id, outbound, never);
}
const rowsOf = async ({ table }: Body): Promise<Body[]> =>
  (await reader.query<Body>(`SELECT * FROM ${table} ORDER BY time, delivery_id`)).rows;
const message = { time: '2026-11-20T12:00:00.250Z', data: { t: 21.5, deep: { on: true }, text: 'x' } };

describe('a storage in PostgreSQL', () => {
  it('makes its table when told to, and holds one row a point', async () => {
    const storage = await aStorage({ tags: { site: '{{device.metadata.site}}' } });
    const device = await world.tenant.aDevice({ metadata: { site: 'north' } });
    await world.tenant.aChain(['device', device.id], ['storage', storage.id]);
    await world.tenant.post(device.dev_eui, { object: message.data, time: message.time });
    await world.processed();
    const [delivery] = await world.tenant.get(`/api/v1/storages/${storage.id}/history`);
    expect(delivery).toMatchObject({ status: 'delivered' });
    expect(await rowsOf(storage)).toMatchObject([
      {
        time: new Date(message.time),
        delivery_id: delivery.id,
        measurement: 'device_data',
        device_id: device.id,
        dev_eui: device.dev_eui,
        device: device.name,
        tags: { event: 'up', site: 'north' },
        fields: { t: 21.5, 'deep.on': true, text: 'x' },
      },
    ]);
  });

  it('holds a point once, however often its delivery is made', async () => {
    const storage = await aStorage();
    const id = newId(Date.now());
    for (let time = 0; time < 3; time += 1) {
      expect(await send(storage, message, id)).toEqual({ status: 'delivered' });
    }
    expect(await send(storage, message)).toEqual({ status: 'delivered' });
    expect(await rowsOf(storage)).toHaveLength(2);
  });

  it('writes many that come together in few statements, also where the table is not there yet', async () => {
    const storage = await aStorage();
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, n) => send(storage, { data: { n } })));
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'delivered' })));
    const [row] = (
      await reader.query(
        `SELECT count(DISTINCT xmin::text)::int AS writes, count(*)::int AS points FROM ${storage.table}`,
      )
    ).rows;
    expect(row).toMatchObject({ points: 300 });
    expect(row.writes).toBeLessThanOrEqual(3);
  });

  it('finds the bad point among good ones: only it fails, for good', async () => {
    const storage = await aStorage();
    await send(storage, message);
    await reader.query(`ALTER TABLE ${storage.table} ADD CHECK (fields ->> 'n' IS DISTINCT FROM '13')`);
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => send(storage, { data: { n } })));
    expect(outcomes.flatMap((outcome, n) => (outcome.status === 'failed' ? [{ n, ...outcome }] : []))).toMatchObject([
      { n: 13, code: 'postgresql.sqlstate_23514', retryable: false },
    ]);
    expect(await rowsOf(storage)).toHaveLength(40);
  });

  it('writes into a table of a schema that somebody else made, and makes none untold', async () => {
    await reader.query(`CREATE SCHEMA "Archive"`);
    const first = await aStorage();
    await send(first, message);
    await reader.query(`CREATE TABLE "Archive"."Points" (LIKE ${first.table} INCLUDING ALL)`);
    const storage = await aStorage({ table: 'Archive.Points', create_table: false });
    expect(await send(storage, message)).toEqual({ status: 'delivered' });
    const untold = await aStorage({ create_table: false });
    expect(await send(untold, message)).toMatchObject({ code: 'postgresql.sqlstate_42P01', retryable: true });
  });
});

describe('a PostgreSQL that is not well', () => {
  it('is waited for: refused, cut, silent, and then there again', async () => {
    const storage = await aStorage({ timeout_ms: 4_000 });
    expect(await send(storage, message)).toEqual({ status: 'delivered' });
    proxy.cut();
    const cut = await send(storage, message);
    expect(cut.status === 'delivered' || cut.retryable).toBe(true);
    await proxy.refuse();
    expect(await send(storage, message)).toMatchObject({ code: 'postgresql.connection', retryable: true });
    await proxy.heal();
    expect(await send(storage, message)).toEqual({ status: 'delivered' });
    proxy.swallow();
    expect(await send(storage, message)).toMatchObject({ status: 'failed', retryable: true });
    proxy.forget();
    expect(await send(storage, message)).toEqual({ status: 'delivered' });
  });

  it('that does not know us is told to the people, not to the secrets', async () => {
    const storage = await aStorage({ username: 'nobody_of_that_name', password: 'canary-pg-password' });
    const outcome = await send(storage, message);
    expect(outcome).toMatchObject({ status: 'failed', retryable: true });
    expect(JSON.stringify(outcome)).not.toContain('canary-pg-password');
  });

  it('that floods us is left before it fills the memory', async () => {
    const chunk = Buffer.alloc(256 * 1024, 0x41);
    const server = createServer((socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', more).on('error', () => undefined);
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await send(await aStorage({ port, host: '127.0.0.1' }), message);
    expect(outcome).toMatchObject({ status: 'failed', code: 'postgresql.connection', retryable: true });
    await new Promise((resolve) => server.close(resolve));
  });

  it('is not asked where it must not be reached', async () => {
    const storage = await aStorage();
    await world.app.database.query(
      `UPDATE storages SET config = config || '{"host":"10.0.0.1"}', version = 99 WHERE id = $1`,
      [storage.id],
    );
    expect(await send(storage, message)).toMatchObject({ code: 'egress.refused', retryable: false });
  });
});

describe('POST /storages/{id}/test of PostgreSQL', () => {
  it('writes a point, reads it, and leaves nothing behind', async () => {
    const storage = await aStorage();
    const { status, body } = await world.ask('POST', `storages/${storage.id}/test`, {});
    expect([status, body.status, body.read?.status]).toEqual([200, 'delivered', 'found']);
    expect(body.request).toMatchObject({
      statement: expect.stringContaining('ON CONFLICT'),
      row: { measurement: 'fieldline_test' },
    });
    expect(JSON.parse(body.read.answer)).toMatchObject({ fields: { temperature: 21.5 } });
    expect(await rowsOf(storage)).toEqual([]);
  });

  it('says what is missing', async () => {
    const storage = await aStorage({ create_table: false });
    const { body } = await world.ask('POST', `storages/${storage.id}/test`, {});
    expect(body).toMatchObject({ status: 'failed', error: { code: 'postgresql.sqlstate_42P01' } });
  });
});
