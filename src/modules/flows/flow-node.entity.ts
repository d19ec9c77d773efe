import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Flow } from './flow.entity.js';

/** Which row a node of a flow's current version names: answers "who uses this?" without opening a graph. */
@Entity('flow_nodes')
@ForeignKey(() => Flow, ['tenantId', 'flowId'], ['tenantId', 'id'], {
  name: 'FK_flow_nodes_flow_id',
  onDelete: 'CASCADE',
})
@Index('IDX_flow_nodes_entity_id', ['tenantId', 'entityId'])
export class FlowNode {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_flow_nodes' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'flow_id', primaryKeyConstraintName: 'PK_flow_nodes' })
  flowId!: string;

  @PrimaryColumn('text', { name: 'node_id', primaryKeyConstraintName: 'PK_flow_nodes' })
  nodeId!: string;

  @Column('text')
  type!: string;

  @Column('uuid', { name: 'entity_id' })
  entityId!: string;
}
