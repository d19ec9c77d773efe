import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Device } from '../../devices/device.entity.js';

/** A one-time token, which one device exchanges for its key. Only its hash is stored. */
@Entity('device_tokens')
@Unique('UQ_device_tokens_prefix', ['prefix'])
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_tokens_device_id',
  onDelete: 'CASCADE',
})
@Index('IDX_device_tokens_tenant_id', ['tenantId', 'id'])
@Index('IDX_device_tokens_device_id', ['tenantId', 'deviceId', 'id'])
export class DeviceToken {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_device_tokens' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('uuid', { name: 'device_id' })
  deviceId!: string;

  @Column('text')
  prefix!: string;

  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('text', { nullable: true })
  notes!: string | null;

  @Column('jsonb', { default: {} })
  metadata!: Record<string, unknown>;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** The first time; the same token may be claimed again soon after, until its key is used. */
  @Column('timestamptz', { name: 'claimed_at', nullable: true })
  claimedAt!: Date | null;

  @Column('text', { name: 'claimed_from', nullable: true })
  claimedFrom!: string | null;

  /** What the device told of itself. */
  @Column('jsonb', { name: 'device_metadata', nullable: true })
  deviceMetadata!: Record<string, unknown> | null;
}
