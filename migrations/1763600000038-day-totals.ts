import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a day's points come to, beside them; and which events came after what is in the series already. */
export class DayTotals1763600000038 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Ids of late events, taken in one by one. Null as a rule: then it costs no byte.
    await runner.query(`ALTER TABLE device_state ADD COLUMN series_late uuid[]`);

    // The parts of a day no longer share a point, and each begins where its first one is.
    await runner.query(`
      WITH several AS (
        DELETE FROM series_days d USING (
          SELECT DISTINCT tenant_id, device_id, key_id, day FROM series_days WHERE part > 0) s
        WHERE d.tenant_id = s.tenant_id AND d.device_id = s.device_id AND d.key_id = s.key_id AND d.day = s.day
        RETURNING d.*
      ), once AS (
        SELECT DISTINCT ON (s.tenant_id, s.device_id, s.key_id, s.day, point.time)
          s.tenant_id, s.device_id, s.key_id, s.day, point.time, point.value
        FROM several s CROSS JOIN LATERAL unnest(s.times, s."values") AS point (time, value)
        ORDER BY s.tenant_id, s.device_id, s.key_id, s.day, point.time, s.part DESC
      ), numbered AS (
        SELECT *, (row_number() OVER (PARTITION BY tenant_id, device_id, key_id, day ORDER BY time) - 1) / 4096 AS part FROM once
      )
      INSERT INTO series_days (tenant_id, device_id, day, key_id, part, times, "values")
      SELECT tenant_id, device_id, day, key_id, part::smallint, array_agg(time ORDER BY time), array_agg(value ORDER BY time)
      FROM numbered GROUP BY tenant_id, device_id, day, key_id, part`);
    await runner.query(`
      ALTER TABLE series_days
        ADD COLUMN starts integer, ADD COLUMN points smallint, ADD COLUMN low float8, ADD COLUMN high float8,
        ADD COLUMN total float8, ADD COLUMN last float8`);
    // No chart could show the sum of what is beyond.
    await runner.query(`
      UPDATE series_days d SET starts = d.times[1], points = cardinality(d.times), last = d."values"[cardinality(d."values")],
        (low, high, total) = (SELECT min(v), max(v), sum(LEAST(GREATEST(v, -1e300), 1e300)) FROM unnest(d."values") AS v)`);
    await runner.query(`
      ALTER TABLE series_days
        ALTER COLUMN starts SET NOT NULL, ALTER COLUMN points SET NOT NULL, ALTER COLUMN low SET NOT NULL,
        ALTER COLUMN high SET NOT NULL, ALTER COLUMN total SET NOT NULL, ALTER COLUMN last SET NOT NULL`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE series_days DROP COLUMN starts, DROP COLUMN points, DROP COLUMN low, DROP COLUMN high,
        DROP COLUMN total, DROP COLUMN last`);
    await runner.query(`
      UPDATE device_state SET series_next = LEAST(series_next, (SELECT min(id::text)::uuid FROM unnest(series_late) AS id))
      WHERE series_late IS NOT NULL`);
    await runner.query(`ALTER TABLE device_state DROP COLUMN series_late`);
  }
}
