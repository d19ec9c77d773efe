import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../core/database/row.js';
import { TenantEntity } from '../auth/tenant.entity.js';

/** A name put on devices. */
@Entity('labels')
@Unique('UQ_labels_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_labels_tenant_id_name', ['tenantId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class Label {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_labels' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_labels_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  /** `#rrggbb`, lower case. */
  @Column('text', { nullable: true })
  color!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

/** A label and how many devices wear it. */
export interface CountedLabel {
  label: Row<Label>;
  deviceCount: number;
}

/** A label, how many devices wear it, and the first thousand of them. */
export interface WornLabel extends CountedLabel {
  deviceIds: string[];
}
