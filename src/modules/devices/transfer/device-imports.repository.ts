import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../../core/database/conditions.js';
import { pageOfRows } from '../../../core/database/page-of-rows.js';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import type { Queryable, Tx } from '../../../core/database/tx.js';
import type { ClaimedJob } from '../../../core/queue/job.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceImport, RowOutcome, StoredRow } from './device-import.js';
import type { ListDeviceImportsQuery, ListImportRowsQuery } from './dto/list-device-imports.query.js';

const columns = `id, tenant_id AS "tenantId", format, dry_run AS "dryRun", on_conflict AS "onConflict", state, total, done, created,
  updated, skipped, failed, requested_by AS "requestedBy", created_at AS "createdAt", finished_at AS "finishedAt"`;
const rowColumns = `position, "row", given, app_key_sealed AS "appKeySealed", status, device_id AS "deviceId", errors`;

const stagedParameter = new RowsParameter(
  'given',
  [
    ['position', 'integer'],
    ['row', 'integer'],
    ['given', 'jsonb'],
    ['app_key_sealed', 'text'],
    ['errors', 'jsonb'],
  ] as const,
  3,
);
const outcomeParameter = new RowsParameter(
  'given',
  [
    ['position', 'integer'],
    ['status', 'text'],
    ['device_id', 'uuid'],
    ['errors', 'jsonb'],
  ] as const,
  3,
);

/** All queries on imports and their rows. */
@Injectable()
export class DeviceImportsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(
    tx: Tx,
    { id, tenantId, format, dryRun, onConflict, requestedBy, createdAt }: DeviceImport,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO device_imports (id, tenant_id, format, dry_run, on_conflict, state, requested_by, created_at)
       VALUES ($1, $2, $3, $4, $5, 'receiving', $6, $7)`,
      [id, tenantId, format, dryRun, onConflict, JSON.stringify(requestedBy), createdAt],
    );
  }

  async addRows(tx: Tx, tenant: Tenant, id: string, rows: readonly StoredRow[]): Promise<void> {
    const given = rows.map(({ appKeySealed, errors, ...row }) => ({
      ...row,
      given: JSON.stringify(row.given),
      app_key_sealed: appKeySealed,
      errors: errors === null ? null : JSON.stringify(errors),
    }));
    await tx.query(
      `INSERT INTO device_import_rows (tenant_id, import_id, position, "row", given, app_key_sealed, errors)
       SELECT $1, $2, * FROM ${stagedParameter.sql}`,
      [tenant.id, id, ...stagedParameter.values(given)],
    );
    await tx.query('UPDATE device_imports SET total = total + $3 WHERE tenant_id = $1 AND id = $2', [
      tenant.id,
      id,
      rows.length,
    ]);
  }

  async begin(tx: Tx, tenant: Tenant, id: string): Promise<void> {
    await tx.query(`UPDATE device_imports SET state = 'running' WHERE tenant_id = $1 AND id = $2`, [tenant.id, id]);
  }

  async remove(tenant: Tenant, id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM device_imports WHERE tenant_id = $1 AND id = $2', [tenant.id, id]);
  }

  async find(tenant: Tenant, id: string): Promise<DeviceImport | null> {
    const sql = `SELECT ${columns} FROM device_imports WHERE tenant_id = $1 AND id = $2`;
    return (await this.dataSource.query<DeviceImport[]>(sql, [tenant.id, id]))[0] ?? null;
  }

  async list(
    tenant: Tenant,
    { state, skip, limit }: ListDeviceImportsQuery,
  ): Promise<{ rows: DeviceImport[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`);
    if (state !== undefined) where.and(state, (p) => `state = ${p}`);
    return pageOfRows<DeviceImport>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns, where, skip, limit },
      from: 'device_imports',
      orderBy: 'id DESC',
    });
  }

  async listRows(
    tenant: Tenant,
    id: string,
    { status, skip, limit }: ListImportRowsQuery,
  ): Promise<{ rows: StoredRow[]; total: number }> {
    const where = new Conditions().and(tenant.id, (p) => `tenant_id = ${p}`).and(id, (p) => `import_id = ${p}`);
    if (status !== undefined) where.and(status, (p) => `status = ${p}`);
    return pageOfRows<StoredRow>((sql, values) => this.dataSource.query(sql, values), {
      ...{ columns: rowColumns, where, skip, limit },
      from: 'device_import_rows',
      orderBy: 'position',
    });
  }

  /** Takes the job away from whoever holds it. False: this process does not hold it any more. */
  async endJob(tx: Tx, { id, leaseToken }: ClaimedJob): Promise<boolean> {
    const ended = await tx.query('DELETE FROM jobs WHERE id = $1 AND lease_token = $2 RETURNING 1', [id, leaseToken]);
    return ended.length > 0;
  }

  async lock(tx: Tx, tenant: Tenant, id: string): Promise<DeviceImport | null> {
    const sql = `SELECT ${columns} FROM device_imports WHERE tenant_id = $1 AND id = $2 AND state = 'running' FOR UPDATE`;
    return (await tx.query<DeviceImport>(sql, [tenant.id, id]))[0] ?? null;
  }

  /** The next rows behind those that are done. */
  async nextRows(db: Queryable, { tenantId, id, done }: DeviceImport, limit: number): Promise<StoredRow[]> {
    return db.query<StoredRow>(
      `SELECT ${rowColumns} FROM device_import_rows WHERE tenant_id = $1 AND import_id = $2 AND position > $3
       ORDER BY position LIMIT ${limit}`,
      [tenantId, id, done],
    );
  }

  async report(tx: Tx, { tenantId, id }: DeviceImport, outcomes: readonly RowOutcome[]): Promise<void> {
    const given = outcomes.map(({ position, status, deviceId, errors }) => ({
      ...{ position, status, device_id: deviceId },
      errors: errors === null ? null : JSON.stringify(errors),
    }));
    await tx.query(
      `UPDATE device_import_rows r SET status = given.status, device_id = given.device_id, errors = given.errors, app_key_sealed = NULL
       FROM ${outcomeParameter.sql} WHERE r.tenant_id = $1 AND r.import_id = $2 AND r.position = given.position`,
      [tenantId, id, ...outcomeParameter.values(given)],
    );
    const count = (wanted: string) => outcomes.filter(({ status }) => status === wanted).length;
    await tx.query(
      `UPDATE device_imports SET done = done + $3, created = created + $4, updated = updated + $5, skipped = skipped + $6,
         failed = failed + $7, state = CASE WHEN done + $3 >= total THEN 'finished' ELSE state END,
         finished_at = CASE WHEN done + $3 >= total THEN now() END
       WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, outcomes.length, count('created'), count('updated'), count('skipped'), count('error')],
    );
  }

  /** Those whose file stopped coming in, and those that are long over. */
  async tidy(abortBefore: Date, removeBefore: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE device_imports SET state = 'aborted', finished_at = now() WHERE state = 'receiving' AND created_at < $1`,
      [abortBefore],
    );
    await this.dataSource.query(`DELETE FROM device_imports WHERE state <> 'running' AND created_at < $1`, [
      removeBefore,
    ]);
  }
}
