import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';

/** A name under which files are uploaded; each upload is a version of it. */
@Entity('assets')
@Unique('UQ_assets_tenant_id_id', ['tenantId', 'id'])
@Unique('UQ_assets_tenant_id_filename', ['tenantId', 'filename'])
export class Asset {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_assets' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_assets_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** In NFC, so that one name is never two. */
  @Column('text')
  filename!: string;

  /** Goes on counting after a deletion: one version never means two contents. */
  @Column('integer', { name: 'last_version', default: 0 })
  lastVersion!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
