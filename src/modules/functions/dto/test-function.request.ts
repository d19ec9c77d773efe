import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsUUID } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';

export const trialCalls = ['auto', 'decodeUplink', 'encodeDownlink'] as const;
export type TrialCall = (typeof trialCalls)[number];

/** On what a stored function is tried. */
export class TestFunctionRequest {
  @ApiPropertyOptional({
    type: Object,
    description: 'An envelope or part of one, or an uplink of ChirpStack; what is missing is made up.',
    example: { data: { c: 21.5 } },
  })
  @IsOptional()
  @IsObject()
  sample?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'A stored event, instead of a sample.' })
  @IsOptional()
  @IsUUID('all')
  device_event_id?: string | null;

  @ApiPropertyOptional({
    enum: trialCalls,
    default: 'auto',
    description:
      'What of the source is called: what a flow would call, or one side of a codec. `encodeDownlink` gets `{data, fPort, variables}` of the sample.',
  })
  @IsIn(trialCalls)
  call: TrialCall = 'auto';
}

/** A source that is not saved yet, and on what it is tried. */
export class TestCodeRequest extends TestFunctionRequest {
  @ApiProperty({ example: 'function toFahrenheit(msg) {\n  msg.data.f = (msg.data.c * 9) / 5 + 32;\n  return msg;\n}' })
  @IsText({ max: 65_536 })
  code!: string;
}
