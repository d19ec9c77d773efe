import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The body of every error answer: RFC 9457 and what we add to it. */
export class ProblemResponse {
  @ApiProperty({
    description: 'The kind of problem; ends in the code.',
    example: 'urn:fieldline:problem:device.not_found',
  })
  type!: string;

  @ApiProperty({ example: 'Not Found' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ description: 'What went wrong this time, for people.', example: 'there is no such device' })
  detail!: string;

  @ApiPropertyOptional({ description: 'The same as `detail`, on routes whose clients were written to read it here.' })
  message?: string;

  @ApiProperty({
    description: 'Stable; for programs. On routes of configs, assets and images `RECORD_EXISTS` and the like.',
    example: 'device.not_found',
  })
  code!: string;

  @ApiPropertyOptional({ description: 'A short text for people, on routes whose clients were written to read it.' })
  error?: string;

  @ApiPropertyOptional({ type: Object, description: 'There, too: `{errors: [{message, field}]}`, or nothing.' })
  details?: object;

  @ApiPropertyOptional({ description: 'There, too: the same as `request_id`.' })
  correlationId?: string;

  @ApiPropertyOptional({ description: 'On routes of ThingsBoard’s clients: its own number for it.', example: 32 })
  errorCode?: number;

  @ApiPropertyOptional({ description: 'There, too: the moment, in milliseconds.', example: 1763715600000 })
  timestamp?: number;

  @ApiPropertyOptional({
    type: 'array',
    items: {
      type: 'object',
      properties: { path: { type: 'string' }, message: { type: 'string' } },
      required: ['path', 'message'],
    },
    description: 'What is wrong with which field; the path is dotted, as the client sent it.',
    example: [{ path: 'nodes.3.data.entityId', message: 'must be a UUID' }],
  })
  errors?: readonly { path: string; message: string }[];

  @ApiProperty({ description: 'Finds this request in the log.', example: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90' })
  request_id!: string;
}
