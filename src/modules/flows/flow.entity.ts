import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';
import type { Canvas } from './graph/canvas.js';

/** A graph from triggers to integrations, in its current version. */
@Entity('flows')
@Unique('UQ_flows_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_flows_tenant_id_name', ['tenantId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class Flow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_flows' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_flows_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('jsonb', { default: [] })
  nodes!: Canvas['nodes'];

  @Column('jsonb', { default: [] })
  edges!: Canvas['edges'];

  @Column('jsonb', { nullable: true })
  layout!: Canvas['layout'];

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** Why it is disabled although nobody disabled it. */
  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: string | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
