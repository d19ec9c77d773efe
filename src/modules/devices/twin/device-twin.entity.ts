import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Device } from '../device.entity.js';

/** One side of a twin: an object without null members, as merge patches leave it. */
export type TwinDocument = Readonly<Record<string, unknown>>;

/** What a device is to be and what it says it is. There is none until either is first said. */
@Entity('device_twins')
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_twins_device_id',
  onDelete: 'CASCADE',
})
export class DeviceTwin {
  @PrimaryColumn('uuid', { name: 'device_id', primaryKeyConstraintName: 'PK_device_twins' })
  deviceId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('jsonb', { default: {} })
  target!: TwinDocument;

  /** From 1; 0: nobody has set one yet. */
  @Column('bigint', { name: 'target_version', default: 0 })
  targetVersion!: string;

  /** When the target changed last. */
  @Column('timestamptz', { name: 'target_at', nullable: true })
  targetAt!: Date | null;

  @Column('jsonb', { default: {} })
  reported!: TwinDocument;

  @Column('bigint', { name: 'reported_version', default: 0 })
  reportedVersion!: string;

  /** When a report changed something last; that one came at all is in device_state. */
  @Column('timestamptz', { name: 'reported_at', nullable: true })
  reportedAt!: Date | null;
}
