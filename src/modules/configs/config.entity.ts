import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';

/** The desired settings of one device, found by its MAC; the device itself may be unknown yet. */
@Entity('configs')
@Unique('UQ_configs_tenant_id_id', ['tenantId', 'id'])
@Unique('UQ_configs_tenant_id_mac', ['tenantId', 'mac'])
@Check('CK_configs_mac', `mac ~ '^[0-9a-f]{2}(-[0-9a-f]{2}){5}$'`)
@Check('CK_configs_content', '(content IS NULL) = (deleted_at IS NOT NULL)')
export class Config {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_configs' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_configs_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** `xx-xx-xx-xx-xx-xx`, lower case. */
  @Column('text')
  mac!: string;

  /** JSON, in the bytes that devices get; null while it is deleted. */
  @Column('text', { nullable: true })
  content!: string | null;

  /** These three stand in the content, too: lists show them. */
  @Column('text', { name: 'device_name', nullable: true })
  deviceName!: string | null;

  @Column('text', { name: 'device_entity_id', nullable: true })
  deviceEntityId!: string | null;

  @Column('boolean', { name: 'enable_ota', nullable: true })
  enableOta!: boolean | null;

  /** The revision that counts now. */
  @Column('integer')
  revision!: number;

  /** The newest one; higher where a file that came too late was kept beside what counts. */
  @Column('integer', { name: 'last_revision' })
  lastRevision!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
