import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { searchTermsOf } from '../../src/modules/search/search-terms.rules.js';
import { SearchRepository } from '../../src/modules/search/search.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainingPool, type PlanNode } from '../support/explaining-pool.js';

const tenantOf = (n: number) => ({ id: `0199f000-0000-7000-8000-00000000000${n}` });
const devices = 100_000;
const types = ['device', 'label', 'flow'] as const;

describe('the plan of a search', () => {
  let database: TestDatabase;
  let pool: ExplainingPool;
  let search: SearchRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(
      `INSERT INTO tenants (id, name, slug) SELECT $1::uuid, 'one', 'one' UNION ALL SELECT $2::uuid, 'two', 'two'`,
      [tenantOf(1).id, tenantOf(2).id],
    );
    // Every twentieth is the neighbour's. All are called alike, as devices are.
    await database.query(
      `INSERT INTO devices (id, tenant_id, name, dev_eui, serial)
       SELECT gen_random_uuid(), CASE WHEN n % 20 = 0 THEN $2 ELSE $1 END::uuid,
         (ARRAY['Greenhouse', 'Cold store', 'Barn', 'Pump room'])[1 + n % 4] || ' ' || n % 97 || ', leak sensor ' || n,
         upper(lpad(to_hex(n * 7919::bigint), 16, '0')), 'SN-' || lpad(n::text, 8, '0')
       FROM generate_series(1, ${devices}) n`,
      [tenantOf(1).id, tenantOf(2).id],
    );
    await database.query('VACUUM ANALYZE devices');
    pool = new ExplainingPool(
      loadSettings({ DATABASE_URL: database.url, SECRET_KEY: 'a key that is long enough and seals nothing' }),
    );
    search = new SearchRepository(pool);
  }, 120_000);
  beforeEach(() => {
    pool.take();
  });
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  it.each([
    ['what everything is called', 'sensor', 10],
    ['how a quarter begins', 'greenhouse', 10],
    ['several words', 'barn sensor 99', 10],
    ['one device', 'SN-00050001', 1],
    ['a misspelling', 'grenhouse', 10],
    ['what is not there', 'nothing like this', 0],
    ['what has no trigram', 'qz', 0],
    ['signs alone', '!!!', 0],
  ])('looks at a few hundred devices of 100,000 for %s', async (_, query, hits) => {
    const found = await search.find(tenantOf(1), searchTermsOf(query), types, 10);
    expect(found).toHaveLength(hits);
    expect(pool.statements).toBe(1);
    const scans = pool.take().filter((node) => node['Relation Name'] === 'devices');
    expect(scans.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
    // At most 300 candidates, ten by name, and all of them once more for what is shown.
    expect(lookedAt(scans)).toBeLessThanOrEqual(1_000);
  });

  it('looks at no rows of a neighbour', async () => {
    const found = await search.find(tenantOf(2), searchTermsOf('leak sensor 99'), types, 10);
    expect(found).toHaveLength(10);
    expect(lookedAt(pool.take().filter((node) => node['Relation Name'] === 'devices'))).toBeLessThanOrEqual(1_000);
  });
});

/** Rows that were fetched, also those that did not match. */
function lookedAt(scans: readonly PlanNode[]): number {
  return scans.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
}
