import { join } from 'node:path';
import { Helper } from '../processes/helper.js';
import { startBroker } from '../sides/broker.js';
import { Uplinks } from '../uplinks.js';

const limitMs = 600_000;
const topic = 'bench/fieldline';

/**
 * Bytes on disk per uplink that ran one function and was delivered once: every table that grew, its indexes and TOAST
 * included, after VACUUM and CHECKPOINT. Vacuum frees what the queue used, but gives no room back that lies in the
 * middle; nothing is rewritten to look smaller.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureStorage(bench) {
  const { devices, uplinks } = bench.options;
  const broker = bench.keep(await startBroker(join(bench.folder, 'broker-storage')));
  bench.facts['broker'] = broker.name;
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const sink = bench.keep(await Helper.start('processes/sink.js', { argument: { url, topic } }));
  const fieldline = bench.keep(await bench.startFieldline('storage'));
  await fieldline.furnish(devices);
  await fieldline.makeFlow({ port: broker.port, topic });

  const before = await sizesOf(fieldline.database);
  const load = await bench.load(fieldline, { amount: uplinks });
  if ((await fieldline.untilIdle(limitMs)) === undefined) {
    throw new Error(`not done after ${limitMs / 1_000} s: ${await fieldline.leftovers()}`);
  }
  const { distinct, bytes: publishedBytes } = await sink.ask('count', load.number);
  const after = await sizesOf(fieldline.database);
  bench.say(`  storage  ${load.accepted} uplinks accepted, ${distinct} delivered`);

  const tables = [...after.tables]
    .map(([name, size]) => {
      const old = before.tables.get(name);
      const heap = (size.heap - (old?.heap ?? 0)) / load.accepted;
      const indexes = (size.indexes - (old?.indexes ?? 0)) / load.accepted;
      return { name, bytes: heap + indexes, heap, indexes };
    })
    .filter(({ bytes }) => bytes > 0.5)
    .sort((a, b) => b.bytes - a.bytes);
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    name: 'storage',
    title: 'Storage: bytes on disk per uplink with one function and one delivery',
    unit: 'bytes/uplink',
    sides: [
      {
        name: fieldline.name,
        median: total,
        rounds: [
          {
            accepted: load.accepted,
            delivered: distinct,
            uplinkBytes: meanBytes(devices, uplinks),
            publishedBytes,
            walBytes: (after.wal - before.wal) / load.accepted,
            written: await fieldline.history(),
          },
        ],
      },
    ],
    tables,
    limits: { reach: 4_096, beat: 2_560 },
    ratios: [],
  };
}

/** @param {import('pg').Client} database */
async function sizesOf(database) {
  const wal = await database.query(`SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS bytes`);
  await database.query('VACUUM ANALYZE');
  await database.query('CHECKPOINT');
  // Partitions count for the table they belong to.
  const { rows } = await database.query(`
    SELECT COALESCE(pg_partition_root(c.oid), c.oid)::regclass::text AS name,
           sum(pg_total_relation_size(c.oid) - pg_indexes_size(c.oid))::float8 AS heap,
           sum(pg_indexes_size(c.oid))::float8 AS indexes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public'
    GROUP BY 1`);
  return { wal: wal.rows[0].bytes, tables: new Map(rows.map(({ name, ...size }) => [name, size])) };
}

/** @param {number} devices @param {number} count */
function meanBytes(devices, count) {
  const uplinks = new Uplinks(devices);
  const sample = Math.min(count, 2_000);
  let sum = 0;
  for (let n = 0; n < sample; n += 1) sum += uplinks.text(1, n).length;
  return Math.round(sum / sample);
}
