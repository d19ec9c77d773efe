import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OutageLab } from '../support/outage-lab.js';
import { aDevEui, anUplink } from '../support/uplinks.js';

describe('while the database is away', () => {
  let lab: OutageLab;

  beforeAll(async () => {
    lab = await OutageLab.start();
  });
  afterEach(async () => {
    await lab.proxy.heal();
    await lab.drained();
  });
  afterAll(() => lab.close());

  it('messages are answered 202 with their ids, and are in the database under these when it is back', async () => {
    const device = await lab.world.aDevice();
    await lab.proxy.refuse();
    const answers = await lab.postMany(device.dev_eui, 300);
    for (const { status, body } of answers) {
      expect(status).toBe(202);
      expect(body).toEqual({
        success: true,
        event_id: expect.any(String),
        device_id: null,
        dev_eui: device.dev_eui,
        duplicate: false,
        received_at: expect.any(String),
        spooled: true,
      });
    }
    await lab.proxy.heal();
    await lab.drained();
    const ids = answers.map(({ body }) => String(body.event_id)).sort();
    expect(await lab.idsOf(device.id)).toEqual(ids);
    const jobs = await lab.database.query('SELECT id FROM jobs WHERE id = ANY ($1)', [ids]);
    expect(jobs).toHaveLength(ids.length);
    const { last_seen_at } = await lab.world.get(`/api/v1/devices/${device.id}`);
    expect(last_seen_at).toBe(
      answers
        .map(({ body }) => String(body.received_at))
        .sort()
        .at(-1),
    );
    expect(await lab.metric('spooled_total')).toBeGreaterThanOrEqual(300);
  });

  it('copies are found out at the drain: of what came before, and of each other', async () => {
    const device = await lab.world.aDevice();
    const [before, during] = [anUplink(device.dev_eui), anUplink(device.dev_eui)];
    const first = await lab.post(before);
    await lab.proxy.refuse();
    const answers = [await lab.post(before), await lab.post(during), await lab.post(during)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await lab.proxy.heal();
    await lab.drained();
    expect(await lab.idsOf(device.id)).toEqual([first.body.event_id, answers[1]?.body.event_id]);
    expect((await lab.post(during)).body).toMatchObject({ duplicate: true, event_id: answers[1]?.body.event_id });
  });

  it('what an unknown device says is parked at the drain', async () => {
    const devEui = aDevEui();
    await lab.proxy.refuse();
    const answer = await lab.post(anUplink(devEui));
    expect(answer.body).toMatchObject({ success: true, device_id: null, spooled: true });
    await lab.proxy.heal();
    await lab.drained();
    const parked = await lab.database.query('SELECT id FROM parked_messages WHERE dev_eui = $1', [devEui]);
    expect(parked).toEqual([{ id: answer.body.event_id }]);
  });

  it('nobody waits: after the first failure messages go straight to the disk', async () => {
    const device = await lab.world.aDevice();
    await lab.proxy.refuse();
    await lab.post(anUplink(device.dev_eui));
    const from = performance.now();
    for (let n = 0; n < 50; n += 1) await lab.post(anUplink(device.dev_eui));
    expect((performance.now() - from) / 50).toBeLessThan(200);
  });

  it('is noticed to be back within a second, and then stores again as ever', async () => {
    const device = await lab.world.aDevice();
    await lab.proxy.refuse();
    await lab.post(anUplink(device.dev_eui));
    await lab.proxy.heal();
    await lab.drained(2_000);
    expect((await lab.post(anUplink(device.dev_eui))).body).toMatchObject({ device_id: device.id });
  });

  it('this server says that it is degraded, how much waits, and that it is ready', async () => {
    const device = await lab.world.aDevice();
    expect((await lab.app.http('GET', '/api/health')).body).toMatchObject({ status: 'healthy' });
    await lab.proxy.refuse();
    await lab.postMany(device.dev_eui, 7);
    const health = await lab.app.http('GET', '/api/health');
    expect(health.status).toBe(200);
    expect(health.body).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('database: does not answer'),
      checks: { database: 'degraded', spool: 'degraded' },
      spool: { records: 7, bytes: expect.any(Number), oldest_age_seconds: expect.any(Number) },
    });
    expect((await lab.app.http('GET', '/health/ready')).status).toBe(200);
    expect(await lab.metric('spool_records')).toBe(7);
    expect(await lab.metric('spool_bytes')).toBe(health.body.spool.bytes);
    await lab.proxy.heal();
    await lab.drained();
    expect((await lab.app.http('GET', '/api/health')).body).toMatchObject({ status: 'healthy' });
  });
});

describe('without a spool', () => {
  let lab: OutageLab;

  beforeAll(async () => {
    lab = await OutageLab.start({ spool: false });
  });
  afterAll(() => lab.close());

  it('a message that cannot be stored is refused, and taken again when the database is back', async () => {
    const device = await lab.world.aDevice();
    await lab.proxy.refuse();
    for (let n = 0; n < 3; n += 1) {
      const answer = await lab.post(anUplink(device.dev_eui));
      expect(answer).toMatchObject({ status: 503, body: { code: 'journal.unavailable' } });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await lab.app.http('GET', '/health/ready')).status).toBe(503);
    await lab.proxy.heal();
    await lab.drained();
    const from = performance.now();
    while ((await lab.post(anUplink(device.dev_eui))).status !== 202)
      expect(performance.now() - from).toBeLessThan(2_000);
  });
});
