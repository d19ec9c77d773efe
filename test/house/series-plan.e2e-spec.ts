import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { bucketsOf } from '../../src/modules/devices/series/series-interval.rules.js';
import { SeriesRepository } from '../../src/modules/devices/series/series.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainingPool } from '../support/explaining-pool.js';

const dayMs = 86_400_000;
const tenant = { id: '0199f000-0000-7000-8000-0000000000aa' };
const idOf = (device: number): string => `0199f000-0000-7000-8000-${device.toString().padStart(12, '0')}`;

describe('the plan of series', () => {
  let database: TestDatabase;
  let pool: ExplainingPool;

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const [name, from, to] of [
      ['series_days_m202605', '2026-05-01', '2026-06-01'],
      ['series_days_m202606', '2026-06-01', '2026-07-01'],
    ]) {
      await database.query(`CREATE TABLE ${name} PARTITION OF series_days FOR VALUES FROM ('${from}') TO ('${to}')`);
    }
    await database.query(
      `INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values", starts, points, low, high, total, last)
       SELECT $1, ('0199f000-0000-7000-8000-' || lpad(device::text, 12, '0'))::uuid, date '2026-05-01' + day, key, 0, '{0,600000}',
         '{1,2}', 0, 2, 1, 2, 3, 2
       FROM generate_series(1, 50) device, generate_series(0, 60) day, generate_series(1, 3) key`,
      [tenant.id],
    );
    await database.query('ANALYZE series_days');
    pool = new ExplainingPool(
      loadSettings({ DATABASE_URL: database.url, SECRET_KEY: 'a key that is long enough and seals nothing' }),
    );
  });
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  it.each([
    ['days', 86_400, 10],
    ['hours', 3_600, 10],
  ])(
    'reads the asked days of the asked keys and nothing else, in the months of the range: %s',
    async (_, seconds, found) => {
      const range = { fromMs: Date.UTC(2026, 5, 10), toMs: Date.UTC(2026, 5, 10) + 5 * dayMs };
      const names = [7, 8].map((device) => ({ device_id: idOf(device), key_id: 2, key: 't' }));
      const rows = await new SeriesRepository(pool).buckets(
        tenant,
        names,
        range,
        bucketsOf(range, 2, seconds),
        'count',
      );
      expect(rows).toHaveLength(found);
      const scans = pool.take().filter((node) => node['Relation Name'] !== undefined && node['Actual Loops'] > 0);
      expect(new Set(scans.map((node) => node['Relation Name']))).toEqual(new Set(['series_days_m202606']));
      for (const scan of scans) {
        expect(scan['Index Name']).toMatch(/^series_days_m202606_pkey/);
        expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
        expect(scan['Actual Rows'] * scan['Actual Loops']).toBe(10);
      }
    },
  );
});
