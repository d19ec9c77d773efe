import { setImmediate } from 'node:timers/promises';
import { devEuiOf, Uplinks } from '../uplinks.js';
import { ours } from '../ours.js';

const { dayMs, dayOf, partitionName } = await ours('core/database/partitions/partition-days.rules');
const { idFloor } = await ours('core/ids/uuid-v7');
const { pack } = await ours('core/packing/packed');

const bodies = 512;

/**
 * What stands for itself in a filled row; every other column is that of a row which the server wrote for a real uplink,
 * so a table may gain columns without anything to do here. `n` is the message's number within its day, `ms` its time.
 *
 * @type {Record<string, Record<string, string>>}
 */
const tables = {
  device_events: {
    id: uuid('event'),
    device_id: 'device.id',
    time: 'at',
    f_cnt: 'n',
    body: 'body.body',
  },
  flow_runs: {
    id: uuid('run'),
    event_id: uuid('event'),
    device_id: 'device.id',
    started_at: 'at',
    finished_at: `at + interval '20 milliseconds'`,
  },
  flow_steps: { run_id: uuid('run'), started_at: 'at' },
  deliveries: {
    id: uuid('delivery'),
    run_id: uuid('run'),
    created_at: 'at',
    finished_at: `at + interval '20 milliseconds'`,
  },
};

/**
 * Fills the histories with so many messages that went through the flow, spread evenly over the days before the day
 * before yesterday, with uplinks' real bodies. The keys of the last two days, by which duplicates are known, come too.
 *
 * @param {import('./fieldline.js').Fieldline} fieldline that has carried at least one uplink
 * @param {{ events: number, days: number, deviceCount: number, say: (text: string) => void, isEventsOnly?: boolean }} how
 */
export async function fill({ database }, { events, days, deviceCount, say, isEventsOnly = false }) {
  await database.query('SET synchronous_commit = off');
  await makeBodies(database, deviceCount);
  await database.query(`
    CREATE TEMP TABLE fill_devices AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM devices`);
  const perDay = Math.ceil(events / days);
  const today = dayOf(Date.now());
  const { device_events } = tables;
  const filled = Object.entries(isEventsOnly ? { device_events } : tables);
  for (let index = days; index > 0; index -= 1) {
    const day = today - (index + 1) * dayMs;
    for (const [table, own] of filled) {
      await makePartition(database, table, day);
      await database.query(await insertSql(database, table, own, day, perDay, deviceCount));
    }
    say(`  filled ${((days - index + 1) * perDay).toLocaleString('en-US')} of ${events.toLocaleString('en-US')}`);
    await setImmediate();
  }
  for (const slot of isEventsOnly ? [] : ['event_keys_previous', 'event_keys_current']) {
    await database.query(
      `INSERT INTO ${slot} (key, event_id) SELECT md5($1 || n)::uuid, gen_random_uuid() FROM generate_series(1, $2::int) AS n`,
      [slot, perDay],
    );
  }
  await database.query('RESET synchronous_commit');
  await database.query('VACUUM ANALYZE');
  await database.query('CHECKPOINT');
}

/**
 * One page of one device, today: so that a page is full where nothing else is stored.
 *
 * @param {import('./fieldline.js').Fieldline} fieldline
 * @param {number} count
 * @param {number} deviceCount
 */
export async function fillOnePage({ database }, count, deviceCount) {
  await makeBodies(database, deviceCount);
  await database.query(`
    CREATE TEMP TABLE fill_devices AS
    SELECT 0 AS number, id FROM devices WHERE dev_eui = '${devEuiOf(0).toUpperCase()}'`);
  for (const [table, own] of Object.entries(tables)) {
    // In the day's first second, before everything that is sent meanwhile.
    await database.query(await insertSql(database, table, own, dayOf(Date.now()), count, 1, 1_000));
  }
  await database.query('DROP TABLE fill_devices');
  await database.query('VACUUM ANALYZE');
}

/** @param {import('pg').Client} database @param {number} deviceCount */
async function makeBodies(database, deviceCount) {
  const uplinks = new Uplinks(deviceCount);
  const packed = Array.from({ length: bodies }, (_, n) => pack(uplinks.text(0, n)));
  await database.query('CREATE TEMP TABLE IF NOT EXISTS fill_bodies (number int PRIMARY KEY, body bytea)');
  await database.query(
    `INSERT INTO fill_bodies SELECT number - 1, body FROM unnest($1::bytea[]) WITH ORDINALITY AS given (body, number)
     ON CONFLICT DO NOTHING`,
    [packed],
  );
}

/** @param {import('pg').Client} database @param {string} table @param {number} day */
async function makePartition(database, table, day) {
  await database.query(`
    CREATE TABLE IF NOT EXISTS ${partitionName(table, day)} PARTITION OF ${table}
    FOR VALUES FROM ('${idFloor(day)}') TO ('${idFloor(day + dayMs)}')`);
}

/**
 * @param {import('pg').Client} database @param {string} table @param {Record<string, string>} own
 * @param {number} day @param {number} count @param {number} deviceCount @param {number} [spreadMs]
 */
async function insertSql(database, table, own, day, count, deviceCount, spreadMs = dayMs) {
  const { rows } = await database.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  const names = rows.map(({ name }) => `"${name}"`).join(', ');
  const values = rows.map(({ name }) => own[name] ?? `model."${name}"`).join(', ');
  return `
    INSERT INTO ${table} (${names})
    SELECT ${values}
    FROM (SELECT * FROM ${table} ORDER BY ${table === 'flow_steps' ? 'run_id' : 'id'} DESC LIMIT 1) AS model
      CROSS JOIN (SELECT n, ms, to_timestamp(ms / 1000.0) AS at
                  FROM (SELECT n, ${day}::bigint + (n * ${spreadMs}::bigint) / ${count} AS ms
                        FROM generate_series(0, ${count - 1}::bigint) AS n) AS numbered) AS numbers
      JOIN fill_bodies AS body ON body.number = n % ${bodies}
      JOIN fill_devices AS device ON device.number = n % ${deviceCount}
    ORDER BY n`;
}

/** A UUIDv7 of the message's time whose other bits come from its number. @param {string} kind */
function uuid(kind) {
  const hash = `md5('${kind}' || ms || '-' || n)`;
  return `(lpad(to_hex(ms), 12, '0') || '7' || left(${hash}, 3) || '8' || right(${hash}, 15))::uuid`;
}
