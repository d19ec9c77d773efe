import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Row } from '../../core/database/row.js';
import { Device } from './device.entity.js';

export const deviceStatuses = ['never_seen', 'online', 'offline', 'maintenance'] as const;
export type DeviceStatus = (typeof deviceStatuses)[number];

/** Per key the last value by the message's own time: [value, time in ms, fCnt of an uplink]. */
export type LatestValues = Record<string, [value: unknown, timeMs: number, fCnt: number | null]>;

/** What a device's messages say of it. Made and removed with the device, written by every uplink. */
@Entity('device_state')
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_state_device_id',
  onDelete: 'CASCADE',
})
@Index('IDX_device_state_tenant_id_status', ['tenantId', 'status'])
@Index('IDX_device_state_check_at', ['checkAt'], { where: 'check_at IS NOT NULL' })
@Check('CK_device_state_status', `status IN ('never_seen', 'online', 'offline', 'maintenance')`)
export class DeviceState {
  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_device_state' })
  deviceId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text', { default: 'never_seen' })
  status!: DeviceStatus;

  @Column('timestamptz', { name: 'last_seen_at', nullable: true })
  lastSeenAt!: Date | null;

  @Column('jsonb', { default: {} })
  latest!: LatestValues;

  /** No value of `latest` is newer: what is newer than this is newer than all of them. */
  @Column('bigint', { name: 'latest_ms', default: 0 })
  latestMs!: string;

  /** When its first telemetry with values was received; null: it has sent none itself. */
  @Column('timestamptz', { name: 'handshake_at', nullable: true })
  handshakeAt!: Date | null;

  /** When to look whether the device is late; null when it cannot be. */
  @Column('timestamptz', { name: 'check_at', nullable: true })
  checkAt!: Date | null;

  /** Events below this id are in the series; null: none yet. */
  @Column('uuid', { name: 'series_next', nullable: true })
  seriesNext!: string | null;

  /** The newest event with values; the series lack what lies between. */
  @Column('uuid', { name: 'series_last', nullable: true })
  seriesLast!: string | null;

  /** Events that came when newer ones were in the series already; null: none. */
  @Column('uuid', { name: 'series_late', array: true, nullable: true })
  seriesLate!: string[] | null;
}

/** A device with what its messages say of it, the labels it wears and whose it is: what one query reads. */
export interface KnownDevice extends Row<Device> {
  status: DeviceStatus;
  lastSeenAt: Date | null;
  handshakeAt: Date | null;
  latest: LatestValues;
  labelIds: string[];
  profileName: string | null;
  placeName: string | null;
}
