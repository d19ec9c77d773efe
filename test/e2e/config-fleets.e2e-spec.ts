import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { Notices } from '../../src/core/notices/notices.js';
import { startTestApp, type TestApp } from '../support/app.js';

type Member = Awaited<ReturnType<TestApp['signUp']>>;

const kept = 3;
let server: TestApp;

beforeAll(async () => {
  server = await startTestApp({ settings: { configRevisionsKept: kept } });
});
afterAll(() => server.close());

const call = (token: string, method: string, path: string, body?: object) =>
  server.http(method, `/api/configs${path}`, { token, ...(body === undefined ? {} : { body }) });

describe('an assignment to a label that thousands of devices wear', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Every fiftieth has no MAC. */
  const aFleet = async ({ tenantId, token }: Member, many: number): Promise<string> => {
    const { body } = await server.http('POST', '/api/v1/labels', { token, body: { name: randomUUID() } });
    await server.database.query(
      `WITH made AS (
         INSERT INTO devices (id, tenant_id, name, mac)
         SELECT gen_random_uuid(), $1, 'd' || n,
           CASE WHEN n % 50 > 0 THEN 'dd-00-00-00-' || substr(to_hex(n + 65536), 2, 2) || '-' || substr(to_hex(n + 65536), 4, 2) END
         FROM generate_series(1, $3::int) n RETURNING id),
       stated AS (INSERT INTO device_state (device_id, tenant_id) SELECT id, $1 FROM made)
       INSERT INTO device_labels (tenant_id, device_id, label_id) SELECT $1, id, $2 FROM made`,
      [tenantId, body.id, many],
    );
    // As autovacuum does of itself, a little later.
    await server.database.query('ANALYZE devices, device_labels, device_state');
    return String(body.id);
  };
  const countOf = async ({ tenantId }: Member): Promise<number> =>
    (await server.database.query('SELECT 1 FROM configs WHERE tenant_id = $1 AND deleted_at IS NULL', [tenantId]))
      .length;
  const content = { deviceName: '{{device.name}}' };

  it('reaches all of them, says how many, and names those for which it cannot', async () => {
    const owner = await server.signUp();
    const many = 5_000;
    const body = { label_id: await aFleet(owner, many), content };
    const foreseen = await call(owner.token, 'POST', '/assignments', { ...body, dry_run: true });
    expect(await countOf(owner)).toBe(0);
    const { status, body: done } = await call(owner.token, 'POST', '/assignments', body);
    const counts = { devices: many, created: 4_900, updated: 0, unchanged: 0, failed_count: 100 };
    expect([status, done]).toEqual([200, expect.objectContaining(counts)]);
    expect(foreseen.body).toEqual({ ...done, dry_run: true });
    expect(done.failed).toHaveLength(100);
    expect(await countOf(owner)).toBe(4_900);
    const records = await server.database.query<{ report: { count: number } }>(
      `SELECT report FROM audit_log WHERE tenant_id = $1 AND action = 'config.assigned'`,
      [owner.tenantId],
    );
    expect(records).toHaveLength(10);
    expect(records.reduce((sum, { report }) => sum + report.count, 0)).toBe(4_900);
    const again = await call(owner.token, 'POST', '/assignments', body);
    expect(again.body).toMatchObject({ ...counts, created: 0, unchanged: 4_900 });
  });

  it.each([[true], [false]])('goes on where it was broken off (overwriting: %s)', async (allow_overwrite) => {
    const owner = await server.signUp();
    const body = { label_id: await aFleet(owner, 2_000), content, allow_overwrite };
    const notices = server.app.get(Notices);
    const owe = notices.owe.bind(notices);
    let batches = 0;
    jest.spyOn(notices, 'owe').mockImplementation(async (...given) => {
      batches += 1;
      if (batches === 3) throw new Error('the disk is full');
      await owe(...given);
    });
    expect((await call(owner.token, 'POST', '/assignments', body)).status).toBe(500);
    const before = await countOf(owner);
    expect(before).toBeGreaterThan(900);
    expect(before).toBeLessThan(1_001);
    const { body: done } = await call(owner.token, 'POST', '/assignments', body);
    expect(done).toMatchObject({ created: 1_960 - before, updated: 0, unchanged: before, failed_count: 40 });
  });

  it('names a thousand that failed, and counts the rest', async () => {
    const owner = await server.signUp();
    const many = 1_100;
    const body = { label_id: await aFleet(owner, many), content: { room: '{{device.metadata.room}}' } };
    const { body: done } = await call(owner.token, 'POST', '/assignments', body);
    expect(done).toMatchObject({ devices: many, created: 0, failed_count: many });
    expect(done.failed).toHaveLength(1_000);
  });
});

describe('revisions beyond CONFIG_REVISIONS_KEPT', () => {
  let token: string;
  beforeAll(async () => {
    ({ token } = await server.signUp());
  });
  const forget = () => server.app.get(Maintenance).runNow('config-revisions');
  const aConfig = async (saves: number): Promise<string> => {
    const mac = (randomBytes(6).toString('hex').match(/../g) ?? []).join('-');
    for (let n = 1; n <= saves; n += 1) await call(token, 'PUT', `/${mac}`, { content: { n } });
    return mac;
  };
  const revisionsOf = async (mac: string) => {
    const { body, headers } = await call(token, 'GET', `/${mac}/revisions`);
    expect(Number(headers['x-total-count'])).toBe(body.length);
    return body.map(({ revision }: { revision: number }) => revision);
  };

  it('are forgotten, the oldest first, and no others', async () => {
    const [long, short] = [await aConfig(6), await aConfig(kept)];
    expect(await revisionsOf(long)).toEqual([6, 5, 4, 3, 2, 1]);
    await forget();
    expect([await revisionsOf(long), await revisionsOf(short)]).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    await forget();
    expect(await revisionsOf(long)).toEqual([6, 5, 4]);
    expect((await call(token, 'PUT', `/${long}`, { content: { n: 7 } })).body.version).toBe(7);
  });

  it('are 404 with a clear text wherever they are asked for', async () => {
    const mac = await aConfig(6);
    await forget();
    for (const [method, path] of [
      ['GET', '/revisions/3'],
      ['POST', '/revisions/3/restore'],
      ['GET', '/diff?from=3&to=6'],
      ['GET', '/diff?to=3'],
      ['GET', '/diff?to=4'],
    ] as const) {
      const { status, body } = await call(token, method, `/${mac}${path}`);
      expect([status, body.type, body.error]).toEqual([
        404,
        expect.stringMatching(/config_revision\.forgotten$/),
        `Revision 3 of config ${mac} is no longer kept: CONFIG_REVISIONS_KEPT is 3`,
      ]);
    }
    const never = await call(token, 'GET', `/${mac}/revisions/7`);
    expect([never.status, never.body.type]).toEqual([404, expect.stringMatching(/config_revision\.not_found$/)]);
    expect((await call(token, 'POST', `/${mac}/revisions/4/restore`)).body.content).toEqual({ n: 4 });
  });

  it('never include the one that counts, though what was found too late lies beside it', async () => {
    const mac = await aConfig(6);
    await server.database.query('UPDATE configs SET revision = 1 WHERE mac = $1', [mac]);
    await forget();
    expect(await revisionsOf(mac)).toEqual([6, 5, 4, 1]);
  });

  it('keep the deletion of a config as its newest', async () => {
    const mac = await aConfig(6);
    expect((await call(token, 'DELETE', `/${mac}`)).status).toBe(204);
    await forget();
    expect(await revisionsOf(mac)).toEqual([7, 6, 5]);
    expect((await call(token, 'POST', `/${mac}/revisions/6/restore`)).status).toBe(200);
  });
});
