import { Injectable } from '@nestjs/common';
import { HotPool } from '../../../../core/database/hot-pool.js';
import { beatEveryMs, beatMissedMs, type Intake } from './intake.contract.js';

/** Beats are this far apart in the best of times; a shorter pause is no outage. */
const noOutageMs = beatEveryMs + 1_000;
/** No deadline reaches further back: it is 24 hours at the most, and each outage gives at most as much again. */
const keptDays = 30;

const ms = (sql: string) => `(extract(epoch FROM ${sql}) * 1000)::float8`;

/** One process's word that it has taken messages from $1 until $2; $3: and has spooled ones to bring in. */
const beatSql = `
  WITH before AS MATERIALIZED (
    SELECT * FROM intake WHERE only_row FOR UPDATE
  ), outage AS (
    INSERT INTO intake_outages (began_at, ended_at)
    SELECT accepted_until, $1::timestamptz FROM before
    WHERE accepted_until < $1::timestamptz - interval '${noOutageMs.toString()} ms'
    ON CONFLICT (began_at) DO NOTHING
  ), forgotten AS (
    DELETE FROM intake_outages WHERE ended_at < $2::timestamptz - interval '${keptDays.toString()} days'
  )
  UPDATE intake i SET
    accepted_until = GREATEST(b.accepted_until, $2::timestamptz),
    beating_since = CASE WHEN b.beaten_at > $2::timestamptz - interval '${beatMissedMs.toString()} ms'
                    THEN b.beating_since ELSE $2::timestamptz END,
    beaten_at = GREATEST(b.beaten_at, $2::timestamptz),
    spooled_until = CASE WHEN $3 THEN $2::timestamptz + interval '${beatMissedMs.toString()} ms' ELSE b.spooled_until END
  FROM before b WHERE i.only_row`;

const readSql = `
  SELECT ${ms('beaten_at')} AS "beatenAtMs", ${ms('beating_since')} AS "beatingSinceMs",
    ${ms('spooled_until')} AS "spooledUntilMs",
    COALESCE((
      SELECT jsonb_agg(jsonb_build_object('beganAtMs', ${ms('began_at')}, 'endedAtMs', ${ms('ended_at')}) ORDER BY began_at)
      FROM intake_outages), '[]') AS outages
  FROM intake`;

const nothingKnown: Intake = { beatenAtMs: null, beatingSinceMs: null, spooledUntilMs: null, outages: [] };

/** The rows in which processes keep when messages could be accepted. */
@Injectable()
export class IntakeRepository {
  constructor(private readonly pool: HotPool) {}

  async beat(since: Date, until: Date, isBringingIn: boolean): Promise<void> {
    await this.pool.named('intake-beat', beatSql, [since, until, isBringingIn]);
  }

  async read(): Promise<Intake> {
    const [row] = await this.pool.query<Intake>(readSql);
    return row ?? nothingKnown;
  }
}
