import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { FlowVersion } from '../flow-version.entity.js';
import type { FlowVersionSummary } from '../flow-versions.repository.js';
import { edgesSchema, layoutSchema, nodesSchema } from './canvas.schema.js';

/** One save in the list of a flow's versions. */
export class FlowVersionListItem {
  @ApiProperty({ example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The user who saved it; null for API keys.',
  })
  created_by: string | null;

  @ApiProperty({ example: 4 })
  node_count: number;

  @ApiProperty({ example: 3 })
  edge_count: number;

  constructor(summary: FlowVersionSummary) {
    this.version = summary.version;
    this.created_at = summary.createdAt.toISOString();
    this.created_by = summary.createdBy;
    this.node_count = summary.nodeCount;
    this.edge_count = summary.edgeCount;
  }
}

/** A flow's graph as one save left it. */
export class FlowVersionResponse {
  @ApiProperty({ format: 'uuid' })
  flow_id: string;

  @ApiProperty({ example: 3 })
  version: number;

  @ApiProperty(nodesSchema)
  nodes: object[];

  @ApiProperty(edgesSchema)
  edges: object[];

  @ApiProperty(layoutSchema)
  layout: object | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  created_by: string | null;

  constructor(version: Row<FlowVersion>) {
    this.flow_id = version.flowId;
    this.version = version.version;
    this.nodes = version.nodes;
    this.edges = version.edges;
    this.layout = version.layout;
    this.created_at = version.createdAt.toISOString();
    this.created_by = version.createdBy;
  }
}
