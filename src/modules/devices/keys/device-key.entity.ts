import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Device } from '../device.entity.js';

export const deviceKeyOrigins = ['issued', 'rotated', 'claimed', 'registered'] as const;
/** How a device came by its key. */
export type DeviceKeyOrigin = (typeof deviceKeyOrigins)[number];

/** The bearer secret of one device. Only its hash is stored. */
@Entity('device_keys')
@Unique('UQ_device_keys_prefix', ['prefix'])
@ForeignKey(() => Device, ['tenantId', 'deviceId'], ['tenantId', 'id'], {
  name: 'FK_device_keys_device_id',
  onDelete: 'CASCADE',
})
@Index('IDX_device_keys_device_id', ['tenantId', 'deviceId', 'id'])
@Check('CK_device_keys_origin', `origin IN ('issued', 'rotated', 'claimed', 'registered')`)
export class DeviceKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_device_keys' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('uuid', { name: 'device_id' })
  deviceId!: string;

  @Column('text', { nullable: true })
  name!: string | null;

  @Column('text')
  origin!: DeviceKeyOrigin;

  /** The one-time token or the registration that it was given for. */
  @Column('uuid', { name: 'claim_id', nullable: true })
  claimId!: string | null;

  /** Public: `fld_<id>`; of a key that the device made itself, a hash. */
  @Column('text')
  prefix!: string;

  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** When the device used it first: from then on it is sure that the device has it. */
  @Column('timestamptz', { name: 'confirmed_at', nullable: true })
  confirmedAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
