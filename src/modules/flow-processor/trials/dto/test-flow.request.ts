import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsObject, IsOptional, IsUUID } from 'class-validator';

/** On what a flow is tried. */
export class TestFlowRequest {
  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    description:
      'An envelope or part of one, or an uplink of ChirpStack; what is missing is made up. Every trigger fires.',
    example: { data: { temperature: 21.5 } },
  })
  @IsOptional()
  @IsObject()
  sample?: Record<string, unknown> | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'A stored event, instead of a sample. Only the triggers fire that it would fire.',
  })
  @IsOptional()
  @IsUUID('all')
  device_event_id?: string | null;
}

/** A graph that is not saved, and on what it is tried. */
export class TestGraphRequest extends TestFlowRequest {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'As in a flow.' })
  @IsArray()
  nodes!: unknown[];

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'As in a flow.' })
  @IsArray()
  edges!: unknown[];
}
