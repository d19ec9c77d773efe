import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Channels, type AttemptOutcome } from '../../src/modules/runs/channels/channels.service.js';
import type { Body } from '../support/app.js';
import { DeliveryWorld } from '../support/delivery-world.js';
import { hasInfluxd, Influxd } from '../support/influxd.js';

const isHere = hasInfluxd();
if (!isHere) process.stderr.write('\nSKIPPED: no influxd on this machine (Debian: apt-get install influxdb)\n\n');

(isHere ? describe : describe.skip)('a real InfluxDB 1.x', () => {
  let world: DeliveryWorld;
  let influx: Influxd;
  const never = new AbortController().signal;

  beforeAll(async () => {
    [world, influx] = await Promise.all([DeliveryWorld.create(), Influxd.start()]);
  }, 30_000);
  afterAll(() => Promise.all([world.close(), influx.stop()]));

  let made = 0;
  async function aStorage(given: object = {}): Promise<Body> {
    made += 1;
    const { port, database, username, password } = influx;
    const { body } = await world.ask('POST', 'storages', {
      ...{ name: `influx ${made.toString()}`, type: 'influxdb', host: '127.0.0.1', port, database, username, password },
      ...{ measurement: `m${made.toString()}`, ...given },
    });
    return body;
  }
  function send(storage: Body, message: unknown): Promise<AttemptOutcome> {
    const id = newId(Date.now());
    const outbound = { deliveryId: id, runId: id, flowId: id, nodeId: 'n', deviceId: null };
    const messageJson = JSON.stringify(message);
    return world.app.app
      .get(Channels)
      .get('storage')
      .send({ id: world.tenant.tenantId }, storage.id, { ...outbound, messageJson }, never);
  }
  const rowsOf = ({ measurement }: Body) => influx.query(`SELECT * FROM "${measurement}"`);

  it('has each event of a flow as one point, with its time, tags and types', async () => {
    const storage = await aStorage({ integer_fields: ['count'] });
    const device = await world.tenant.aDevice({ name: 'Hall 2, the "big" one=\\ ok' });
    await world.tenant.aChain(['device', device.id], ['storage', storage.id]);
    const object = { t: 21, text: 'say "hi" \\ to, = all\nand more', on: true, count: 7, deep: { mv: 3600.5 } };
    await world.tenant.post(device.dev_eui, { object, time: '2026-11-20T12:00:00.250Z' });
    await world.processed();
    expect(await rowsOf(storage)).toEqual([
      {
        time: Date.UTC(2026, 10, 20, 12, 0, 0, 250),
        ...{ device: device.name, device_id: device.id, dev_eui: device.dev_eui, event: 'up' },
        ...{ t: 21, text: object.text, on: true, count: 7, 'deep.mv': 3600.5 },
      },
    ]);
    const types = await influx.query(`SHOW FIELD KEYS FROM "${storage.measurement}"`);
    expect(Object.fromEntries(types.map(({ fieldKey, fieldType }) => [fieldKey, fieldType]))).toEqual({
      ...{ t: 'float', text: 'string', on: 'boolean', count: 'integer', 'deep.mv': 'float' },
    });
  });

  it('takes names and values with everything in them', async () => {
    const storage = await aStorage({ measurement: 'odd, "name" #1' });
    const data = { time: 1, 'a b': 2, 'c,d': 3, 'e=f': 4, 'g"h': 5, '#': 6, 'ü😀': 7 };
    expect(await send(storage, { data, device: { name: 'x\\', labels: ['a=1', 'b,2'] } })).toMatchObject({
      status: 'delivered',
    });
    const [row] = await influx.query(`SELECT * FROM "odd, \\"name\\" #1"`);
    expect(row).toMatchObject({
      time_: 1,
      'a b': 2,
      'c,d': 3,
      'e=f': 4,
      'g"h': 5,
      '#': 6,
      'ü😀': 7,
      device: 'x',
      labels: 'a=1,b,2',
    });
  });

  it('takes a batch of many, and of a batch with a bad point all others', async () => {
    const storage = await aStorage();
    expect(await send(storage, { data: { kind: 'text' } })).toMatchObject({ status: 'delivered' });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        send(storage, { data: { kind: n === 99 ? 5 : 'text' }, device: { id: `d${n.toString()}` } }),
      ),
    );
    expect(outcomes.flatMap((outcome, n) => (outcome.status === 'failed' ? [{ n, ...outcome }] : []))).toMatchObject([
      { n: 99, code: 'influxdb.status_400', retryable: false, error: expect.stringContaining('field type conflict') },
    ]);
    expect(await rowsOf(storage)).toHaveLength(200);
  });

  it('says what is wrong, and is waited for', async () => {
    const wrong = await send(await aStorage({ password: 'wrong' }), { data: { t: 1 } });
    expect(wrong).toMatchObject({ code: 'influxdb.status_401', retryable: true });
    const missing = await send(await aStorage({ database: 'missing' }), { data: { t: 1 } });
    expect(missing).toMatchObject({
      code: 'influxdb.status_404',
      retryable: true,
      error: expect.stringContaining('missing'),
    });
  });

  it('is tried out: written to, and read again', async () => {
    const { id } = await aStorage();
    const { body } = await world.ask('POST', `storages/${id}/test`, {});
    expect(body).toMatchObject({
      status: 'delivered',
      read: { status: 'found', answer: expect.stringContaining('21.5') },
    });
  });
});
