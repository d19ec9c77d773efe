import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

/** Of each tenant: more than any page, and than a count goes on to. */
const rowsPerTenant = 20_000;
const limit = 50;
/** What a capped count looks at. */
const countedRows = 10_001;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

interface Statement {
  text: string;
  values?: unknown[];
}

const lists = [
  '/api/v1/devices',
  '/api/v1/devices?sort=name',
  '/api/v1/devices?sort=-created_at&skip=1000',
  '/api/v1/places/:top/devices?deep=true',
  '/api/v1/places/:top/devices?deep=true&status=offline',
  '/api/v1/places/:top/devices?deep=true&status=offline&sort=name',
  '/api/v1/labels',
  '/api/v1/functions',
  '/api/v1/audit',
  '/gateway/device-tokens',
  '/api/configs',
];

describe('the plans of lists', () => {
  let app: TestApp;
  let world: TenantWorld;
  let statements: Statement[] = [];

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    world = await TenantWorld.create(app);
    const other = await app.signUp();
    for (const tenantId of [world.tenantId, other.tenantId]) await fill(tenantId);
    await app.database.query('ANALYZE');
  }, 120_000);
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  async function fill(tenantId: string): Promise<void> {
    const ids = (kind: string, n = 'n') =>
      `(left(md5($1 || '${kind}' || ${n}), 8) || '-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
    // The devices stand in a hundred places below the first.
    await app.database.query(
      `INSERT INTO places (id, tenant_id, name, parent_id)
        SELECT ${ids('place')}, $1::uuid, 'place ' || n, CASE WHEN n > 1 THEN ${ids('place', '1')} END
        FROM generate_series(1, 101) AS n`,
      [tenantId],
    );
    for (const sql of [
      `INSERT INTO devices (id, tenant_id, name, dev_eui, created_at, place_id)
        SELECT ${ids('device')}, $1::uuid, 'device ' || md5(n::text), lpad(upper(to_hex(n)), 16, '0'), now() - n * interval '1 s',
          ${ids('place', '(2 + n % 100)')}`,
      `INSERT INTO device_state (device_id, tenant_id, status)
        SELECT ${ids('device')}, $1::uuid, CASE WHEN n % 97 = 0 THEN 'offline' ELSE 'never_seen' END`,
      `INSERT INTO labels (id, tenant_id, name) SELECT ${ids('label')}, $1::uuid, 'label ' || n`,
      `INSERT INTO functions (id, tenant_id, name, code) SELECT ${ids('function')}, $1::uuid, 'function ' || n, 'x'`,
      `INSERT INTO configs (id, tenant_id, mac, content, revision, last_revision)
        SELECT ${ids('config')}, $1::uuid, 'a4-cf-12-' || regexp_replace(lpad(to_hex(n), 6, '0'), '(..)(..)(..)', '\\1-\\2-\\3'),
          '{}', 1, 1`,
      `INSERT INTO device_tokens (id, tenant_id, device_id, prefix, secret_hash)
        SELECT ${ids('token')}, $1::uuid, ${ids('device')}, $1 || n, ''`,
    ]) {
      await app.database.query(`${sql} FROM generate_series(1, ${rowsPerTenant.toString()}) AS n`, [tenantId]);
    }
    const columns = await app.database.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'audit_log'::regclass AND attnum > 0 AND attname <> 'id'`,
    );
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    // One record again and again, under ids of its own time.
    await app.database.query(
      `INSERT INTO audit_log (id, ${names})
       SELECT (left(a.id::text, 13) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ${names}
       FROM (SELECT * FROM audit_log WHERE tenant_id = $1 LIMIT 1) a, generate_series(1, ${rowsPerTenant.toString()}) AS n`,
      [tenantId],
    );
  }

  /** Everything that is asked of PostgreSQL meanwhile, as it is asked. */
  function listen(): void {
    statements = [];
    const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]): never {
      const [first, second] = args;
      if (typeof first === 'string')
        statements.push({ text: first, ...(Array.isArray(second) ? { values: second } : {}) });
      else if (typeof first === 'object' && first !== null && 'text' in first) statements.push(first as Statement);
      return query.apply(this, args) as never;
    });
  }

  async function planOf({ text, values = [] }: Statement): Promise<PlanNode[]> {
    const [row] = await app.database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
      values,
    );
    return (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan));
  }

  async function topPlace(): Promise<string> {
    const [top] = await app.database.query<{ id: string }>(
      'SELECT id FROM places WHERE tenant_id = $1 AND parent_id IS NULL AND deleted_at IS NULL',
      [world.tenantId],
    );
    return top?.id ?? '';
  }

  it.each(lists)('GET %s reads a page, a count that ends, and nothing of the neighbour', async (pattern) => {
    const url = pattern.replace(':top', await topPlace());
    await app.http('GET', url, { token: world.token });
    listen();
    const answer = await app.http('GET', `${url}${url.includes('?') ? '&' : '?'}limit=${limit.toString()}`, {
      token: world.token,
    });
    const asked = statements.filter(({ text }) => /^\s*(SELECT|WITH)/i.test(text));
    jest.restoreAllMocks();
    expect(answer.body.configs ?? answer.body).toHaveLength(limit);
    const scans = (await Promise.all(asked.map(planOf))).flat().filter((node) => node['Relation Name'] !== undefined);
    const widest = Math.max(...scans.map(rowsOf));
    expect([url, widest]).toEqual([url, Math.min(widest, countedRows + 2 * limit)]);
    expect(scans.length).toBeGreaterThan(0);
  });

  it.each(['', '&status=offline', '&status=never_seen', '&status=maintenance', '&status=offline&name=a7'])(
    'the place above all shows the devices that all are, however they are found: %s',
    async (filter) => {
      const top = await topPlace();
      for (const sort of ['created_at', '-created_at', 'name', '-dev_eui', 'status', '-last_seen_at']) {
        for (const page of ['limit=7', 'skip=120&limit=50', 'skip=5000&limit=3']) {
          const asked = `sort=${sort}&${page}${filter}`;
          const [all, here] = [
            await app.http('GET', `/api/v1/devices?${asked}`, { token: world.token }),
            await app.http('GET', `/api/v1/places/${top}/devices?deep=true&${asked}`, { token: world.token }),
          ];
          const shown = ({ body, headers }: TestAnswer) => [body.map(({ id }: Body) => id), headers['x-total-count']];
          expect([asked, ...shown(here)]).toEqual([asked, ...shown(all)]);
        }
      }
    },
  );

  it('a device that registers is looked up by its uuid, its serial number and its name', async () => {
    const fleet = { name: 'a fleet', placement: { country: 'India', state: 'Delhi' } };
    const { body: made } = await app.http('POST', '/api/v1/provisioning-keys', { token: world.token, body: fleet });
    const body = { uuid: 'board-1', serial: 'SN-1', deviceName: 'a board', deviceType: 'pi' };
    listen();
    const answer = await app.http('POST', '/device/register', { token: made.key, body });
    const asked = statements.filter(({ text }) => /^\s*SELECT[\s\S]*(FROM devices|FROM places)/.test(text));
    jest.restoreAllMocks();
    expect([answer.status, asked.length > 3]).toEqual([200, true]);
    for (const statement of asked) {
      const scans = (await planOf(statement)).filter((node) => node['Relation Name'] !== undefined);
      const widest = Math.max(...scans.map(rowsOf));
      expect([statement.text, widest]).toEqual([statement.text, Math.min(widest, 5)]);
    }
    // Other tests count everything.
    const [{ id }] = (await app.http('GET', '/api/v1/devices?uuid=board-1', { token: world.token })).body;
    for (const url of [`places/${answer.body.placement.path[0].id}?force=true`, `devices/${id}`])
      expect((await app.http('DELETE', `/api/v1/${url}`, { token: world.token })).status).toBe(204);
  });
});

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function rowsOf(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}
