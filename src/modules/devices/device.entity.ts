import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';
import { Place } from '../places/place.entity.js';
import { DeviceProfile } from './profiles/device-profile.entity.js';

/** Where a device stands, and who said so. */
export interface DeviceLocation {
  latitude: number;
  longitude: number;
  /** Metres above sea level. */
  altitude: number | null;
  /** `manual`, `gps`, `ip` … */
  source: string;
}

/** One thing in the field: what people say about it. What its messages say lies in device_state. */
@Entity('devices')
@Unique('UQ_devices_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_devices_tenant_id_dev_eui', ['tenantId', 'devEui'], { unique: true, where: 'deleted_at IS NULL' })
@Index('UQ_devices_tenant_id_mac', ['tenantId', 'mac'], { unique: true, where: 'deleted_at IS NULL' })
@Index('UQ_devices_tenant_id_uuid', ['tenantId', 'uuid'], { unique: true, where: 'deleted_at IS NULL' })
@Index('UQ_devices_tenant_id_serial', ['tenantId', 'serial'], { unique: true, where: 'deleted_at IS NULL' })
@Index('IDX_devices_tenant_id_name', ['tenantId', 'name'], { where: 'deleted_at IS NULL' })
@Index('IDX_devices_tenant_id_created_at', ['tenantId', 'createdAt', 'id'], { where: 'deleted_at IS NULL' })
@Index('IDX_devices_tenant_id_profile_id', ['tenantId', 'profileId'], {
  where: 'profile_id IS NOT NULL AND deleted_at IS NULL',
})
@Index('IDX_devices_tenant_id_place_id_created_at', ['tenantId', 'placeId', 'createdAt', 'id'], {
  where: 'place_id IS NOT NULL AND deleted_at IS NULL',
})
@ForeignKey(() => DeviceProfile, ['tenantId', 'profileId'], ['tenantId', 'id'], { name: 'FK_devices_profile_id' })
@ForeignKey(() => Place, ['tenantId', 'placeId'], ['tenantId', 'id'], { name: 'FK_devices_place_id' })
@Check('CK_devices_dev_eui', `dev_eui ~ '^[0-9A-F]{16}$'`)
@Check('CK_devices_expected_transmit_time', 'expected_transmit_time BETWEEN 1 AND 1440')
export class Device {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_devices' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_devices_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  /** 16 hex digits, upper case. */
  @Column('text', { name: 'dev_eui', nullable: true })
  devEui!: string | null;

  /** `xx-xx-xx-xx-xx-xx`, lower case. */
  @Column('text', { nullable: true })
  mac!: string | null;

  @Column('text', { nullable: true })
  uuid!: string | null;

  @Column('text', { nullable: true })
  serial!: string | null;

  /** 16 hex digits, upper case; LoRaWAN calls it JoinEUI since 1.1. */
  @Column('text', { name: 'app_eui', nullable: true })
  appEui!: string | null;

  /** Sealed for `device:<id>:app_key`. */
  @Column('text', { name: 'app_key_sealed', nullable: true })
  appKeySealed!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { nullable: true })
  site!: string | null;

  @Column('uuid', { name: 'profile_id', nullable: true })
  profileId!: string | null;

  @Column('uuid', { name: 'place_id', nullable: true })
  placeId!: string | null;

  /** Minutes in which at least one message is expected; null: as its profile says. */
  @Column('integer', { name: 'expected_transmit_time', nullable: true })
  expectedTransmitTime!: number | null;

  @Column('jsonb', { default: {} })
  metadata!: object;

  @Column('jsonb', { nullable: true })
  location!: DeviceLocation | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
