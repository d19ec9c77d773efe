import { ours } from '../ours.js';

const { dayMs, dayOf } = await ours('core/database/partitions/partition-days.rules');
const { monthName } = await ours('modules/devices/series/series-months.rules');

export const keys = ['battery', 'humidity', 'temperature'];
/** A reading in ten minutes. */
export const messagesADay = 144;
export const daysOfSeries = 365;

/**
 * Fills the series of the first devices with a year that ended yesterday, three readings in ten minutes: rows like
 * those that the server's own task writes, a day of all devices after the other.
 *
 * @param {import('./fieldline.js').Fieldline} fieldline
 * @param {{ deviceCount: number, say: (text: string) => void }} how
 * @returns {Promise<string[]>} the devices
 */
export async function fillSeries({ database }, { deviceCount, say }) {
  await database.query('SET synchronous_commit = off');
  await database.query(`
    CREATE TEMP TABLE series_devices AS
    SELECT row_number() OVER (ORDER BY id) AS number, tenant_id, id FROM devices ORDER BY id LIMIT ${deviceCount}`);
  await database.query(
    `INSERT INTO series_keys (tenant_id, device_id, key_id, key)
     SELECT tenant_id, id, key_id, key FROM series_devices, unnest($1::text[]) WITH ORDINALITY AS k (key, key_id)
     ON CONFLICT DO NOTHING`,
    [keys],
  );
  const today = dayOf(Date.now());
  for (let index = daysOfSeries; index > 0; index -= 1) {
    const date = new Date(today - index * dayMs).toISOString().slice(0, 10);
    await makeMonth(database, date);
    await database.query(daySql, [date]);
    if (index % 50 === 0) say(`  series: ${daysOfSeries - index} of ${daysOfSeries} days filled`);
  }
  await database.query('RESET synchronous_commit');
  await database.query('VACUUM ANALYZE series_keys, series_days');
  await database.query('CHECKPOINT');
  const { rows } = await database.query('SELECT id FROM series_devices ORDER BY number');
  return rows.map(({ id }) => id);
}

/** Battery falls by the day, the others go up and down with it, each a little beside its neighbour. */
const daySql = `
  INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values", starts, points, low, high, total, last)
  SELECT tenant_id, id, $1::date, key_id, 0, times, "values", times[1], cardinality(times), low, high, total,
    "values"[cardinality("values")]
  FROM series_devices, generate_series(1, ${keys.length}) AS key_id
    CROSS JOIN LATERAL (
      SELECT array_agg(time ORDER BY n) AS times, array_agg(value ORDER BY n) AS "values", min(value) AS low,
        max(value) AS high, sum(value) AS total
      FROM (
        SELECT n, n * 600000 + (number * 997 % 600000)::int AS time,
          CASE key_id
            WHEN 1 THEN 99 - (number + extract(doy FROM $1::date)::int) % 60
            ELSE round((key_id * 10 + 8 * sin((n + number) * pi() / 72) + (n * 7919 + number * 104729) % 11 / 10.0)::numeric, 1)
          END::float8 AS value
        FROM generate_series(0, ${messagesADay - 1}) AS n) AS numbered
    ) AS of_day
  ORDER BY id, key_id`;

/** @param {import('pg').Client} database @param {string} date */
async function makeMonth(database, date) {
  const first = new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
  await database.query(`
    CREATE TABLE IF NOT EXISTS ${monthName(date)} PARTITION OF series_days
    FOR VALUES FROM ('${date.slice(0, 7)}-01') TO ('${next}')`);
}
