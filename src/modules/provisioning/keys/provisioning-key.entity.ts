import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import { TenantEntity } from '../../auth/tenant.entity.js';
import { DeviceProfile } from '../../devices/profiles/device-profile.entity.js';
import { Place } from '../../places/place.entity.js';
import type { Placement, Reregistration } from './provisioning-key.contract.js';

/** A key that many devices share until they have their own. Of its secret only the hash is kept; a revoked one stays as a tombstone. */
@Entity('provisioning_keys')
@Unique('UQ_provisioning_keys_prefix', ['prefix'])
@Unique('UQ_provisioning_keys_tenant_id_id', ['tenantId', 'id'])
@ForeignKey(() => DeviceProfile, ['tenantId', 'profileId'], ['tenantId', 'id'], {
  name: 'FK_provisioning_keys_profile_id',
})
@ForeignKey(() => Place, ['tenantId', 'placeId'], ['tenantId', 'id'], { name: 'FK_provisioning_keys_place_id' })
@Check('CK_provisioning_keys_reregistration', `reregistration IN ('refuse', 'rotate', 'return')`)
@Check('CK_provisioning_keys_max_devices', 'max_devices >= 1')
export class ProvisioningKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_provisioning_keys' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_provisioning_keys_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  /** Public: `flp_<id>`. */
  @Column('text')
  prefix!: string;

  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** What becomes of a device that is registered and has used its key. */
  @Column('text', { default: 'refuse' })
  reregistration!: Reregistration;

  /** Null: any number. */
  @Column('integer', { name: 'max_devices', nullable: true })
  maxDevices!: number | null;

  /** Different devices that registered with it; never fewer, whatever became of them. */
  @Column('integer', { name: 'devices_used', default: 0 })
  devicesUsed!: number;

  @Column('uuid', { name: 'profile_id', nullable: true })
  profileId!: string | null;

  @Column('uuid', { name: 'place_id', nullable: true })
  placeId!: string | null;

  /** How the server finds the place of a device by itself; null: it does not. */
  @Column('jsonb', { nullable: true })
  placement!: Placement | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

/** A key with the labels, the profile and the place that devices get which register: those that are still there. */
export interface KnownProvisioningKey extends Row<ProvisioningKey> {
  labelIds: string[];
}
