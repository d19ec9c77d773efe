import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';

/** What this instance is as a device: one row, of the default tenant. */
@Entity('identities')
@Unique('UQ_identities_tenant_id', ['tenantId'])
@Check('CK_identities_uuid', `uuid ~ '^[A-Za-z0-9._-]{1,64}$'`)
export class Identity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_identities' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_identities_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Made at the first start; any short text where somebody gave another one. */
  @Column('text')
  uuid!: string;

  /** As whoever registered it calls it, `dev_…`. */
  @Column('text', { name: 'device_id', nullable: true })
  deviceId!: string | null;

  @Column('text', { name: 'device_name', nullable: true })
  deviceName!: string | null;

  @Column('text', { name: 'device_type', nullable: true })
  deviceType!: string | null;

  @Column('text', { name: 'api_key_sealed', nullable: true })
  apiKeySealed!: string | null;

  @Column('text', { name: 'api_endpoint', nullable: true })
  apiEndpoint!: string | null;

  @Column('timestamptz', { name: 'registered_at', nullable: true })
  registeredAt!: Date | null;

  @Column('boolean', { default: false })
  provisioned!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
