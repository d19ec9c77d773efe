import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Ends when it is told to, and never otherwise. */
const code = 'function process(m) { while (m.data.loop); return m; }';

describe('a function that hits its limits five times in a row', () => {
  const clock = new FakeClock();
  let worker: TestApp;
  let other: TestApp;
  let world: TenantWorld;
  let device: { id: string; dev_eui: string };
  let fn: { id: string };
  let flow: { id: string };

  beforeAll(async () => {
    worker = await startTestApp();
    // Another process, which never ran the function; its clock can be moved.
    other = await startTestApp({ database: worker.database, clock, settings: { role: 'api' } });
    world = await TenantWorld.create(worker);
    device = await world.aDevice();
    const integration = await world.anIntegration('http', { url: 'http://127.0.0.1:1/' });
    fn = await world.aFunction(code);
    flow = await world.aChain(['device', device.id], ['function', fn.id], ['integration', integration.id]);
    for (let n = 0; n < 5; n += 1) await run({ loop: true });
    await eventually(
      async () => ((await seenBy(worker)).status === 'quarantined' ? true : undefined),
      'it is shown that the function rests',
    );
  });
  afterAll(async () => {
    await other.close();
    await worker.close();
  });

  /** Lets one event through the flow and answers its function step. */
  async function run(data: object): Promise<Body> {
    const { event_id } = await world.post(device.dev_eui, { object: data });
    return eventually(async () => {
      const runs: Body[] = await world.get(`/api/v1/flows/${flow.id}/history`);
      const found = runs.find((one) => one.event_id === event_id);
      if (found === undefined) return undefined;
      const { steps } = await world.get(`/api/v1/flows/${flow.id}/history/${String(found.id)}`);
      return steps.find((step: Body) => step.type === 'function');
    }, 'the function has run');
  }

  const seenBy = async (app: TestApp): Promise<Body> =>
    (await app.http('GET', `/api/v1/functions/${fn.id}`, { token: world.token })).body;

  it('rests, and every process says so and until when', async () => {
    const before = Date.now();
    for (const app of [worker, other]) {
      const { status, quarantined_until } = await seenBy(app);
      expect(status).toBe('quarantined');
      expect(Date.parse(quarantined_until) - before).toBeGreaterThan(0);
      expect(Date.parse(quarantined_until) - before).toBeLessThanOrEqual(60_000);
    }
    const list: Body[] = (await other.http('GET', '/api/v1/functions', { token: world.token })).body;
    expect(list.find(({ id }) => id === fn.id)).toMatchObject({ status: 'quarantined' });
  });

  it('does not run, and its step says why under a stable code', async () => {
    const step = await run({ loop: false });
    expect(step).toMatchObject({ status: 'error', error: { code: 'sandbox.quarantined' } });
    expect(step.error.message).toMatch(/hit its limits 5 times in a row and rests for another \d+ s/);
  });

  it('is counted by code in the metrics', async () => {
    const { body } = await worker.http('GET', '/metrics');
    expect(body).toMatch(/fieldline_sandbox_calls_total\{outcome="sandbox.timeout"\} [5-9]\n/);
    expect(body).toMatch(/fieldline_sandbox_quarantined_functions 1\n/);
    expect((await other.http('GET', '/metrics')).body).toMatch(/fieldline_sandbox_quarantined_functions 0\n/);
  });

  it('can be saved as it was read, and no client can set it free or shut it in', async () => {
    const url = `/api/v1/functions/${fn.id}`;
    const read = await seenBy(other);
    expect((await other.http('PUT', url, { token: world.token, body: read })).status).toBe(200);
    expect((await seenBy(other)).quarantined_until).toBe(read.quarantined_until);
    for (const body of [
      { status: 'resting' },
      { quarantined_until: '2099-01-01T00:00:00Z' },
      { quarantined_until: 7 },
    ]) {
      expect((await other.http('PUT', url, { token: world.token, body })).status).toBe(400);
    }
  });

  it('is active again when its time is over, and at once with new code', async () => {
    const another = await world.aFunction(code);
    const rest = (id: string) =>
      worker.database.query(`UPDATE functions SET quarantined_until = now() + interval '60 s' WHERE id = $1`, [id]);
    await rest(another.id);
    const of = async (app: TestApp): Promise<Body> =>
      (await app.http('GET', `/api/v1/functions/${another.id}`, { token: world.token })).body;
    expect(await of(worker)).toMatchObject({ status: 'quarantined' });
    const body = { description: 'what it says about itself changes nothing' };
    await worker.http('PATCH', `/api/v1/functions/${another.id}`, { token: world.token, body });
    expect(await of(worker)).toMatchObject({ status: 'quarantined' });
    await worker.http('PATCH', `/api/v1/functions/${another.id}`, { token: world.token, body: { code: 'm => m' } });
    expect(await of(worker)).toMatchObject({ status: 'active', quarantined_until: null });
    await rest(another.id);
    clock.advance(61_000);
    const later = await of(other);
    clock.advance(-61_000);
    expect(later).toMatchObject({ status: 'active', quarantined_until: null });
    expect(await of(other)).toMatchObject({ status: 'quarantined' });
  });
});
