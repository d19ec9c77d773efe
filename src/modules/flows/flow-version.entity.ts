import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Flow } from './flow.entity.js';
import type { Canvas } from './graph/canvas.js';

/** A flow's graph as one save left it; never changed. Runs name the version that they ran. */
@Entity('flow_versions')
@ForeignKey(() => Flow, ['tenantId', 'flowId'], ['tenantId', 'id'], {
  name: 'FK_flow_versions_flow_id',
  onDelete: 'CASCADE',
})
export class FlowVersion {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_flow_versions' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'flow_id', primaryKeyConstraintName: 'PK_flow_versions' })
  flowId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_flow_versions' })
  version!: number;

  @Column('jsonb')
  nodes!: Canvas['nodes'];

  @Column('jsonb')
  edges!: Canvas['edges'];

  @Column('jsonb', { nullable: true })
  layout!: Canvas['layout'];

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** The user who saved it; null for API keys. */
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;
}
