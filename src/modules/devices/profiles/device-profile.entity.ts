import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import { TenantEntity } from '../../auth/tenant.entity.js';
import { UserFunction } from '../../functions/function.entity.js';
import { Place } from '../../places/place.entity.js';
import type { BuiltInCodec } from './built-in-codec.contract.js';

/** One reading that devices of a kind send: its key in the decoded values, and how people write it. */
export interface Measurement {
  key: string;
  name: string;
  /** `°C`, `%`; null: a plain number or no number. */
  unit: string | null;
}

/** What devices of a kind have in common. */
@Entity('device_profiles')
@Unique('UQ_device_profiles_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_device_profiles_tenant_id_name', { synchronize: false }) // on lower(name): the migration does it
@Check('CK_device_profiles_expected_interval', 'expected_interval BETWEEN 1 AND 1440')
@Check('CK_device_profiles_codec', `codec IS NULL OR (codec = 'cayenne_lpp' AND codec_function_id IS NULL)`)
@ForeignKey(() => UserFunction, ['tenantId', 'codecFunctionId'], ['tenantId', 'id'], {
  name: 'FK_device_profiles_codec_function_id',
})
@ForeignKey(() => Place, ['tenantId', 'defaultPlaceId'], ['tenantId', 'id'], {
  name: 'FK_device_profiles_default_place_id',
})
export class DeviceProfile {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_device_profiles' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_device_profiles_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Unique in the tenant, without case. */
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  /** Minutes; of devices that have no expected_transmit_time of their own. */
  @Column('integer', { name: 'expected_interval', nullable: true })
  expectedInterval!: number | null;

  /** Decodes uplinks that come without decoded values. */
  @Column('uuid', { name: 'codec_function_id', nullable: true })
  codecFunctionId!: string | null;

  /** The same without a function, for what many vendors speak. One of the two at the most. */
  @Column('text', { nullable: true })
  codec!: BuiltInCodec | null;

  /** JSON Schema that configs of its devices must satisfy. */
  @Column('jsonb', { name: 'config_schema', nullable: true })
  configSchema!: object | null;

  @Column('jsonb', { default: [] })
  measurements!: Measurement[];

  @Column('uuid', { name: 'default_place_id', nullable: true })
  defaultPlaceId!: string | null;

  @Column('jsonb', { name: 'default_metadata', default: {} })
  defaultMetadata!: object;

  /** Counts the edits. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

/** A profile with the labels that its new devices wear. */
export interface LabelledDeviceProfile extends Row<DeviceProfile> {
  defaultLabelIds: string[];
}

/** A profile as it is shown. */
export interface KnownDeviceProfile extends LabelledDeviceProfile {
  deviceCount: number;
}
