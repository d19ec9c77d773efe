import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dayMs, dayOf, oldestKeptDay, partitionName } from '../../src/core/database/partitions/partition-days.rules.js';
import { PartitionedTables } from '../../src/core/database/partitions/partitioned-tables.js';
import { startTestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { labTables, PartitionLab, partitionsOf, retentionDays } from '../support/partition-lab.js';

const realToday = dayOf(Date.now());
const noonMs = dayMs / 2;
const histories = [
  'audit_log',
  'decoded_values',
  'deliveries',
  'device_events',
  'flow_runs',
  'flow_steps',
  'parked_messages',
  'twin_changes',
];

function namesOf(table: string, firstDay: number, lastDay: number): string[] {
  const days = Array.from({ length: (lastDay - firstDay) / dayMs + 1 }, (_, index) => firstDay + index * dayMs);
  return days.map((day) => partitionName(table, day));
}

describe('the partitions of the application', () => {
  it('are there for yesterday and the coming week before the first request, in every partitioned table', async () => {
    const database = await createTestDatabase();
    const app = await startTestApp({ database });
    try {
      const partitioned = await app.database.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relkind = 'p' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
      );
      // Series have months of their own.
      const byDay = partitioned.map(({ name }) => name).filter((name) => name !== 'series_days');
      expect(byDay).toEqual(histories);
      const registered = app.app.get(PartitionedTables, { strict: false }).all();
      expect(registered.map(({ table }) => table).sort()).toEqual(histories);
      const today = dayOf(Date.now());
      for (const table of histories) {
        const names = await partitionsOf(app.database, table);
        // Midnight may have passed since the start.
        for (const name of namesOf(table, today - dayMs, today + 6 * dayMs)) expect(names).toContain(name);
        expect(names).toHaveLength(9);
      }
    } finally {
      await app.close();
      await database.drop();
    }
  });
});

describe('the maintenance of partitions', () => {
  let lab: PartitionLab;
  // It begins a year ago, so that PostgreSQL's own clock, which nobody can set, agrees to all that is past by then.
  const firstDay = realToday - 365 * dayMs;

  beforeEach(async () => {
    lab = await PartitionLab.start(firstDay + noonMs);
  });
  afterEach(() => lab.close());

  const tendOn = async (day: number): Promise<void> => {
    lab.nowIs(day + noonMs);
    await lab.tend();
  };

  it('lives through a year: the coming week is there, what is kept can be read, the rest is gone', async () => {
    const stored: { day: number; id: string }[] = [];
    for (let day = firstDay; day <= realToday; day += dayMs) {
      await tendOn(day);
      const id = await lab.store(day);
      stored.push({ day, id });
      expect(await lab.placeOf(id)).toBe(partitionName('device_events', day));
      for (const { table, retention } of labTables) {
        const oldest = oldestKeptDay(day + noonMs, retentionDays[retention]);
        expect(await lab.partitionsOf(table)).toEqual(
          namesOf(table, Math.max(oldest, firstDay - dayMs), day + 7 * dayMs),
        );
      }
    }
    const kept = stored.filter(({ day }) => day >= realToday - retentionDays.events * dayMs);
    expect(kept).toHaveLength(31);
    expect(await lab.storedIds()).toEqual(kept.map(({ id }) => id));
  }, 90_000);

  it('gives each partition the indexes of its table, and a look-up by id reads one of them', async () => {
    const id = await lab.store(firstDay);
    const plan = await lab.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (COSTS OFF) SELECT * FROM device_events WHERE tenant_id = '${id}' AND id = '${id}'`,
    );
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain(`on ${partitionName('device_events', firstDay)}`);
    expect(text).not.toContain('default');
    const [missing] = await lab.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_inherits t JOIN pg_index p ON p.indrelid = t.inhparent
       WHERE t.inhparent = 'device_events'::regclass AND NOT EXISTS (
         SELECT 1 FROM pg_inherits x JOIN pg_index c ON c.indexrelid = x.inhrelid
         WHERE x.inhparent = p.indexrelid AND c.indrelid = t.inhrelid)`,
    );
    expect(missing).toEqual({ count: 0 });
  });

  it('moves what the default had to take in after a month without running', async () => {
    const today = firstDay + 30 * dayMs;
    const late = await lab.store(today - 5 * dayMs);
    const fresh = await lab.store(today);
    expect([await lab.placeOf(late), await lab.placeOf(fresh)]).toEqual(Array(2).fill('device_events_default'));
    await tendOn(today);
    expect(await lab.placeOf(late)).toBe(partitionName('device_events', today - 5 * dayMs));
    expect(await lab.placeOf(fresh)).toBe(partitionName('device_events', today));
    expect(await lab.storedIds()).toEqual([late, fresh]);
  });

  it('leaves in the default what a clock far ahead wrote, until that day comes near', async () => {
    const ahead = await lab.store(firstDay + 20 * dayMs);
    await lab.tend();
    expect(await lab.placeOf(ahead)).toBe('device_events_default');
    await tendOn(firstDay + 15 * dayMs);
    expect(await lab.placeOf(ahead)).toBe(partitionName('device_events', firstDay + 20 * dayMs));
  });

  it('deletes from the default what is past retention', async () => {
    const past = await lab.store(firstDay - 31 * dayMs);
    const kept = await lab.store(firstDay - 30 * dayMs);
    await lab.tend();
    expect(await lab.storedIds()).toEqual([kept]);
    expect(await lab.placeOf(past)).toBeUndefined();
  });

  it('drops nothing on the word of one clock that is ahead', async () => {
    await tendOn(realToday);
    const kept = await lab.store(realToday - dayMs);
    const before = await lab.partitionsOf('device_events');
    await tendOn(realToday + 365 * dayMs);
    expect(await lab.partitionsOf('device_events')).toEqual(expect.arrayContaining(before));
    expect(await lab.storedIds()).toEqual([kept]);
  });

  it('leaves a busy table for the next time and does not hold up the others', async () => {
    const day = firstDay + dayMs;
    const [busy, free] = ['device_events', 'flow_steps'].map((table) => ({
      table,
      coming: partitionName(table, day + 7 * dayMs),
    }));
    const user = new pg.Client({ connectionString: lab.database.url });
    await user.connect();
    await user.query('BEGIN; LOCK TABLE device_events_default IN ROW EXCLUSIVE MODE');
    await tendOn(day).finally(() => user.end());
    expect(await lab.partitionsOf('flow_steps')).toContain(free?.coming);
    expect(await lab.partitionsOf('device_events')).not.toContain(busy?.coming);
    await lab.tend();
    expect(await lab.partitionsOf('device_events')).toContain(busy?.coming);
  });
});
