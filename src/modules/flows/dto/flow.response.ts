import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { Flow } from '../flow.entity.js';
import { edgesSchema, layoutSchema, nodesSchema } from './canvas.schema.js';

/** A flow in its current version. */
export class FlowResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Cold chain' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty(nodesSchema)
  nodes: object[];

  @ApiProperty(edgesSchema)
  edges: object[];

  @ApiProperty(layoutSchema)
  layout: object | null;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ enum: ['active', 'inactive'] })
  status: 'active' | 'inactive';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it is disabled although nobody disabled it; `null` otherwise.',
    example: null,
  })
  disabled_reason: string | null;

  @ApiProperty({ description: 'Counts the saves that changed the graph.', example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(flow: Row<Flow>) {
    this.id = flow.id;
    this.name = flow.name;
    this.description = flow.description;
    this.nodes = flow.nodes;
    this.edges = flow.edges;
    this.layout = flow.layout;
    this.enabled = flow.enabled;
    this.status = flow.enabled ? 'active' : 'inactive';
    this.disabled_reason = flow.disabledReason;
    this.version = flow.version;
    this.created_at = flow.createdAt.toISOString();
    this.updated_at = flow.updatedAt.toISOString();
  }
}
