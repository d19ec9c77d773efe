import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import { RowsParameter } from '../../../core/database/rows-parameter.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DeviceStatus } from '../device-state.entity.js';
import { Device } from '../device.entity.js';
import type { DeviceWrite, EarlierRow, KnownTarget } from './device-intake.rules.js';
import type { DeviceImport } from './device-import.js';

/** Everything that one batch names its devices by. */
export interface Identities {
  ids: string[];
  devEuis: string[];
  macs: string[];
  uuids: string[];
  serials: string[];
}

interface StateRow {
  id: string;
  status: DeviceStatus;
  labelIds: string[];
}

const stateParameter = new RowsParameter(
  'given',
  [
    ['id', 'uuid'],
    ['status', 'text'],
  ] as const,
  2,
);
const pairsParameter = new RowsParameter(
  'given',
  [
    ['device_id', 'uuid'],
    ['label_id', 'uuid'],
  ] as const,
  2,
);

/** Reads and writes devices by the batch, each table in one statement and in the order in which everybody locks. */
@Injectable()
export class DeviceIntakeRepository {
  /** The devices that the batch may mean, locked in id order. */
  async lockKnown(tx: Tx, tenant: Tenant, named: Identities): Promise<KnownTarget[]> {
    const found = await tx.query<{ id: string }>(
      `SELECT id FROM devices WHERE tenant_id = $1 AND deleted_at IS NULL
         AND (id = ANY ($2::uuid[]) OR dev_eui = ANY ($3) OR mac = ANY ($4) OR uuid = ANY ($5) OR serial = ANY ($6))
       ORDER BY id FOR UPDATE`,
      [tenant.id, named.ids, named.devEuis, named.macs, named.uuids, named.serials],
    );
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    const devices = await tx.manager.findBy(Device, { tenantId: tenant.id, id: In(ids), deletedAt: IsNull() });
    const states = await tx.query<StateRow>(
      `SELECT s.device_id AS id, s.status, ARRAY(SELECT w.label_id FROM device_labels w
         WHERE w.tenant_id = $1 AND w.device_id = s.device_id ORDER BY w.label_id) AS "labelIds"
       FROM device_state s WHERE s.tenant_id = $1 AND s.device_id = ANY ($2::uuid[])`,
      [tenant.id, ids],
    );
    const deviceOf = new Map(devices.map((device) => [device.id, device]));
    return states.flatMap(({ id, ...state }) => {
      const device = deviceOf.get(id);
      return device === undefined ? [] : [{ device, ...state }];
    });
  }

  /** Rows before these of a dry run that would have made a device of the same name. */
  async earlierRows(tx: Tx, { id, tenantId, done }: DeviceImport, named: Identities): Promise<EarlierRow[]> {
    return tx.query<EarlierRow>(
      `SELECT "row", given AS request FROM device_import_rows
       WHERE tenant_id = $1 AND import_id = $2 AND position <= $3 AND status = 'created'
         AND (upper(given ->> 'dev_eui') = ANY ($4) OR given ->> 'uuid' = ANY ($6) OR given ->> 'serial' = ANY ($7)
              OR replace(replace(lower(given ->> 'mac'), ':', ''), '-', '') = ANY ($5)) ORDER BY position`,
      [tenantId, id, done, named.devEuis, named.macs.map((mac) => mac.replaceAll('-', '')), named.uuids, named.serials],
    );
  }

  async write(tx: Tx, tenant: Tenant, writes: readonly DeviceWrite[]): Promise<void> {
    await this.insert(
      tx,
      tenant,
      writes.filter(({ isNew }) => isNew),
    );
    await this.update(
      tx,
      writes.flatMap(({ device, isEdited }) => (isEdited ? [device] : [])),
    );
    await this.relabel(tx, tenant, writes);
  }

  private async insert(tx: Tx, tenant: Tenant, writes: readonly DeviceWrite[]): Promise<void> {
    if (writes.length === 0) return;
    await tx.manager.insert(
      Device,
      writes.map(({ device }) => device),
    );
    const states = writes.map(({ device, status }) => ({ id: device.id, status: status ?? 'never_seen' }));
    await tx.query(
      `INSERT INTO device_state (tenant_id, device_id, status) SELECT $1, id, status FROM ${stateParameter.sql}`,
      [tenant.id, ...stateParameter.values(states)],
    );
  }

  private async update(tx: Tx, devices: readonly Row<Device>[]): Promise<void> {
    if (devices.length === 0) return;
    const { columns } = tx.manager.dataSource.getMetadata(Device);
    const edited = columns.filter(
      ({ propertyName }) => !['id', 'tenantId', 'createdAt', 'deletedAt'].includes(propertyName),
    );
    // All of them are there, and locked: the insertion never happens.
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(Device)
      .values([...devices])
      .orUpdate(
        edited.map(({ databaseName }) => databaseName),
        ['id'],
      )
      .updateEntity(false)
      .execute();
  }

  private async relabel(tx: Tx, tenant: Tenant, writes: readonly DeviceWrite[]): Promise<void> {
    const pairsOf = (part: 'addedLabels' | 'removedLabels') =>
      writes.flatMap((write) => write[part].map((label_id) => ({ device_id: write.device.id, label_id })));
    const [added, removed] = [pairsOf('addedLabels'), pairsOf('removedLabels')];
    if (added.length > 0) {
      await tx.query(
        `INSERT INTO device_labels (tenant_id, device_id, label_id) SELECT $1, device_id, label_id FROM ${pairsParameter.sql}
         ORDER BY device_id, label_id ON CONFLICT DO NOTHING`,
        [tenant.id, ...pairsParameter.values(added)],
      );
    }
    if (removed.length > 0) {
      await tx.query(
        `DELETE FROM device_labels w USING ${pairsParameter.sql}
         WHERE w.tenant_id = $1 AND w.device_id = given.device_id AND w.label_id = given.label_id`,
        [tenant.id, ...pairsParameter.values(removed)],
      );
    }
  }
}
