import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { pack } from '../../src/core/packing/packed.js';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';
import { aDevEui } from '../support/uplinks.js';

const unknown = '/api/v1/devices/unknown';
let app: TestApp;
let world: TenantWorld;
let other: TenantWorld;

beforeAll(async () => {
  app = await startTestApp();
  [world, other] = [await TenantWorld.create(app), await TenantWorld.create(app)];
});
afterAll(() => app.close());

const ask = (method: string, path: string, body?: unknown, as = world): Promise<TestAnswer> =>
  app.http(method, path, { token: as.token, ...(body === undefined ? {} : { body }) });
/** Parks so many messages, one after the other, and answers their ids. */
const parked = async (devEui: string, count: number, given: object = {}): Promise<string[]> => {
  const ids: string[] = [];
  for (let fCnt = 1; fCnt <= count; fCnt += 1) {
    const answer = await world.post(devEui, { fCnt, time: undefined, object: { n: fCnt }, ...given });
    expect(answer).toMatchObject({ success: false, parked: true });
    ids.push(answer.event_id);
  }
  return ids;
};
const historyOf = async (id: string): Promise<Body[]> =>
  (await world.get(`/api/v1/devices/${id}/history?limit=1000`)).filter(({ event }: Body) => event === 'up');
const countParked = async (devEui: string): Promise<number> => {
  const rows = await app.database.query('SELECT FROM parked_messages WHERE dev_eui = $1', [devEui]);
  return rows.length;
};
/** As if the minute were over after which nothing can come any more. */
const bringStragglers = async (): Promise<void> => {
  await app.database.query(`UPDATE jobs SET run_at = now() WHERE kind = 'adopt-parked'`);
  await eventually(async () => {
    const jobs = await app.database.query(`SELECT FROM jobs WHERE kind = 'adopt-parked'`);
    return jobs.length === 0 ? true : undefined;
  }, 'the end of all adoptions');
};

describe('GET /devices/unknown', () => {
  it('tells who sends that nobody has made, and what they said', async () => {
    const own = await TenantWorld.create(app);
    const [first, second] = [aDevEui(), aDevEui()];
    await own.post(first, { deviceInfo: { devEui: first, deviceName: 'old name' } });
    const last = await own.post(first, { deviceInfo: { devEui: first, deviceName: 'new name' } });
    await own.post(second, {}, 'join');
    await own.aDevice({ dev_eui: second });
    const list = await ask('GET', unknown, undefined, own);
    expect(list.headers['x-total-count']).toBe('2');
    expect(list.body).toEqual([
      {
        dev_eui: first,
        count: 2,
        first_seen_at: expect.stringMatching(/Z$/),
        last_seen_at: expect.stringMatching(/Z$/),
        last_event: 'up',
        names: ['new name', 'old name'],
        device_id: null,
      },
      expect.objectContaining({ dev_eui: second, count: 1, last_event: 'join', device_id: expect.any(String) }),
    ]);
    const found = await ask('GET', `${unknown}?dev_eui=${first.toLowerCase().slice(4)}&limit=1`, undefined, own);
    expect(found.body.map((device: Body) => device.dev_eui)).toEqual([first]);
    expect((await ask('GET', `${unknown}?limit=1`, undefined, own)).headers['link']).toContain('skip=1');
    const messages = await ask('GET', `${unknown}/${first.toLowerCase()}?limit=1&count=true`, undefined, own);
    expect(messages.body).toEqual([expect.objectContaining({ id: last.event_id, dev_eui: first, event: 'up' })]);
    expect(messages.body[0].data.deviceInfo.deviceName).toBe('new name');
    expect(messages.headers['x-total-count']).toBe('2');
    expect(messages.headers['link']).toContain('cursor=');
  });

  it('shows messages without a DevEUI too, and lets them be thrown away', async () => {
    await world.post('', { deviceInfo: {} });
    const messages = await ask('GET', `${unknown}/-`);
    expect(messages.body[0]).toMatchObject({ dev_eui: '' });
    expect((await ask('POST', `${unknown}/-/adopt`, {})).body.code).toBe('unknown_device.dev_eui_unusable');
    expect((await ask('DELETE', `${unknown}/-`)).status).toBe(204);
    expect((await ask('GET', `${unknown}/-`)).status).toBe(404);
  });
});

describe('POST /devices/unknown/:dev_eui/adopt', () => {
  it('makes the device and makes its messages events, with the same ids and in order', async () => {
    const devEui = aDevEui();
    const ids = await parked(devEui, 3);
    const label = await world.aLabel(`label ${devEui}`);
    const answer = await ask('POST', `${unknown}/${devEui}/adopt`, { name: 'Room 12', label_ids: [label.id] });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ name: 'Room 12', dev_eui: devEui, label_ids: [label.id], status: 'online' });
    const history = await historyOf(answer.body.id);
    expect(history.map(({ id }) => id)).toEqual(ids.toReversed());
    const device = await eventually(async () => {
      const read = await world.get(`/api/v1/devices/${answer.body.id}`);
      return read.latest.n === 3 ? read : undefined;
    }, 'the latest of the newest message');
    expect(device.last_seen_at).toBe(history[0]?.received_at);
    expect((await ask('GET', `${unknown}/${devEui}`)).status).toBe(404);
    expect(await world.post(devEui)).toMatchObject({ success: true, device_id: answer.body.id });
  });

  it('runs the flows of the labels that it is given', async () => {
    const devEui = aDevEui();
    await parked(devEui, 1);
    const label = await world.aLabel(`label ${devEui}`);
    const fn = await world.aFunction('m => m');
    const flow = await world.aChain(['label', label.id], ['function', fn.id]);
    await ask('POST', `${unknown}/${devEui}/adopt`, { label_ids: [label.id] });
    const run = await eventually(
      async () => (await world.get(`/api/v1/flows/${flow.id}/history`))[0],
      'the run of a parked message',
    );
    expect(run.trigger_source).toBe('label');
    expect((await world.get('/api/v1/devices?dev_eui=' + devEui))[0].name).toBe(devEui);
  });

  it('moves any number, batch by batch', async () => {
    const devEui = aDevEui();
    const ids = Array.from({ length: 1_234 }, () => newId(Date.now()));
    await app.database.query(
      `INSERT INTO parked_messages (id, tenant_id, dev_eui, "time", source, event, body)
       SELECT id, $1, $2, now(), 'chirpstack', 'log', $4 FROM unnest($3::uuid[]) AS given (id)`,
      [world.tenantId, devEui, ids, pack('{}')],
    );
    const { body } = await ask('POST', `${unknown}/${devEui}/adopt`, {});
    await bringStragglers();
    const [row] = await app.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM device_events WHERE device_id = $1 AND event = 'log'`,
      [body.id],
    );
    expect([row?.count, await countParked(devEui)]).toEqual([1234, 0]);
  });

  it('neither loses nor doubles what arrives meanwhile', async () => {
    const devEui = aDevEui();
    const before = await parked(devEui, 5);
    const posts = Array.from({ length: 60 }, (_, n) => world.post(devEui, { fCnt: n }));
    const adopting = ask('POST', `${unknown}/${devEui}/adopt`, {});
    const more = Array.from({ length: 60 }, (_, n) => world.post(devEui, { fCnt: 60 + n }));
    const answers = await Promise.all([...posts, ...more]);
    const { body } = await adopting;
    await bringStragglers();
    const ids = (await historyOf(body.id)).map(({ id }) => String(id));
    expect(ids.toSorted()).toEqual([...before, ...answers.map(({ event_id }) => String(event_id))].toSorted());
    expect(await countParked(devEui)).toBe(0);
  });

  it('also brings what was parked just after: it had not seen the device yet', async () => {
    const devEui = aDevEui();
    await parked(devEui, 1);
    const { body } = await ask('POST', `${unknown}/${devEui}/adopt`, {});
    const id = newId(Date.now());
    await app.database.query(
      `INSERT INTO parked_messages (id, tenant_id, dev_eui, "time", source, event, body)
       SELECT $1, tenant_id, dev_eui, now(), 'chirpstack', 'up', $3 FROM devices WHERE id = $2`,
      [id, body.id, pack('{}')],
    );
    await bringStragglers();
    expect((await historyOf(body.id)).map((event) => event.id)).toContain(id);
  });

  it('makes one device when many adopt it at once', async () => {
    const devEui = aDevEui();
    const ids = await parked(devEui, 4);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('POST', `${unknown}/${devEui}/adopt`, {})));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => [201, 404, 409].includes(status))).toBe(true);
    expect(await historyOf(made[0]?.body.id)).toHaveLength(ids.length);
  });

  it('hands over to a device that was made otherwise, unless the body says more', async () => {
    const devEui = aDevEui();
    const [id] = await parked(devEui, 1);
    const device = await world.aDevice({ dev_eui: devEui });
    expect(await countParked(devEui)).toBe(1);
    const refused = await ask('POST', `${unknown}/${devEui}/adopt`, { name: 'another' });
    expect([refused.status, refused.body.code]).toEqual([409, 'device.dev_eui_taken']);
    const answer = await ask('POST', `${unknown}/${devEui}/adopt`, {});
    expect([answer.status, answer.body.id]).toEqual([201, device.id]);
    expect((await historyOf(device.id)).map((event) => event.id)).toEqual([id]);
  });

  it('changes nothing where it is refused', async () => {
    const devEui = aDevEui();
    await parked(devEui, 1);
    const nobodys = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
    for (const body of [{ label_ids: [nobodys] }, { profile_id: nobodys }, { name: '' }, { dev_eui: aDevEui() }]) {
      expect((await ask('POST', `${unknown}/${devEui}/adopt`, body)).status).toBe(400);
    }
    expect((await ask('POST', `${unknown}/${devEui}/adopt`, {}, other)).status).toBe(404);
    expect((await ask('POST', `${unknown}/${aDevEui()}/adopt`, {})).status).toBe(404);
    expect(await countParked(devEui)).toBe(1);
    expect(await world.get(`/api/v1/devices?dev_eui=${devEui}`)).toEqual([]);
  });

  it('keeps what was wrong with a message', async () => {
    const devEui = aDevEui();
    await parked(devEui, 1, { extra: 'a\u0000b' });
    expect((await ask('GET', `${unknown}/${devEui}`)).body[0].error.code).toBe('event.mended');
    const { body } = await ask('POST', `${unknown}/${devEui}/adopt`, {});
    expect((await historyOf(body.id))[0].error.code).toBe('event.mended');
  });
});

describe('DELETE /devices/unknown/:dev_eui', () => {
  it('throws away what is parked, of the own tenant only', async () => {
    const devEui = aDevEui();
    await parked(devEui, 2);
    expect((await ask('DELETE', `${unknown}/${devEui}`, undefined, other)).status).toBe(404);
    expect((await ask('DELETE', `${unknown}/${devEui}`)).status).toBe(204);
    expect((await ask('DELETE', `${unknown}/${devEui}`)).status).toBe(404);
    const [record] = await world.get('/api/v1/audit?limit=1');
    expect(record).toMatchObject({ action: 'unknown_device.discarded', report: { messages: 2 } });
  });
});
