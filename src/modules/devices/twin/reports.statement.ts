import { RowsParameter } from '../../../core/database/rows-parameter.js';
import { tell } from '../../../core/news/news.sql.js';
import type { TwinDocument } from './device-twin.entity.js';

/** What reports are merged into. */
export interface StoredReport {
  id: string;
  uuid: string | null;
  reported: TwinDocument;
  version: number;
}

/** A reported state that changed: the whole of it, what changed, and the version that this makes. */
export interface ChangedReport {
  id: string;
  tenant_id: string;
  device_id: string;
  version: number;
  at: Date;
  reported: string;
  change: string;
}

export const reporters = new RowsParameter<'tenant_id' | 'device_id'>(
  'given',
  [
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
  ],
  1,
);

/** Row by row, so that PostgreSQL can do nothing but look each up in an index, whatever it planned while tables were small. */
export const readStatement = {
  name: 'twin-reported',
  text: `
  SELECT d.id, d.uuid, COALESCE(t.reported, '{}') AS reported, COALESCE(t.reported_version, 0)::int AS version
  FROM ${reporters.sql}
    CROSS JOIN LATERAL (SELECT id, uuid FROM devices
      WHERE tenant_id = given.tenant_id AND id = given.device_id AND deleted_at IS NULL LIMIT 1) d
    LEFT JOIN LATERAL (SELECT reported, reported_version FROM device_twins
      WHERE device_id = given.device_id LIMIT 1) t ON true`,
};

export const changedReports = new RowsParameter<keyof ChangedReport>(
  'given',
  [
    ['id', 'uuid'],
    ['tenant_id', 'uuid'],
    ['device_id', 'uuid'],
    ['version', 'bigint'],
    ['at', 'timestamptz'],
    ['reported', 'jsonb'],
    ['change', 'jsonb'],
  ],
  1,
);

/**
 * Writes states that were merged outside, each only onto the version that it was merged into: where another process was
 * faster nothing is written, and who is not answered reads and merges again. No lock is held while merging. Twins are
 * locked in device order.
 */
const writeSql = (told: string) => `
  WITH given AS MATERIALIZED (SELECT * FROM ${changedReports.sql}), written AS (
    INSERT INTO device_twins AS t (device_id, tenant_id, reported, reported_version, reported_at)
    SELECT device_id, tenant_id, reported, version, at FROM given ORDER BY device_id
    ON CONFLICT (device_id) DO UPDATE SET
      reported = EXCLUDED.reported, reported_version = EXCLUDED.reported_version, reported_at = EXCLUDED.reported_at
      WHERE t.reported_version = EXCLUDED.reported_version - 1
    RETURNING device_id
  ), done AS MATERIALIZED (
    SELECT given.* FROM given WHERE device_id IN (SELECT device_id FROM written)
  ), logged AS (
    INSERT INTO twin_changes (id, tenant_id, device_id, side, version, change, actor_kind, actor_id)
    SELECT id, tenant_id, device_id, 'reported', version, change, 'device', device_id FROM done
  ${told})
  SELECT device_id FROM done`;

export const writeStatement = { name: 'twin-report', text: writeSql('') };

/** The same, and tells those who listen to the tenants of one more parameter. */
export const toldWriteStatement = {
  name: 'twin-report-told',
  text: writeSql(`), told AS (${tell('twin_change', 'SELECT tenant_id, id FROM done', changedReports.next)}`),
};
