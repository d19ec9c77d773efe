import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { UserFunction } from '../function.entity.js';
import { functionStatuses, restsUntil, type FunctionStatus } from '../function.rules.js';
import { FunctionParameterRequest } from './function-parameter.request.js';

/** A function as it is now. */
export class FunctionResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'to Fahrenheit' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: [FunctionParameterRequest] })
  parameters: object;

  @ApiProperty({ example: 'function toFahrenheit(msg) {\n  msg.data.f = (msg.data.c * 9) / 5 + 32;\n  return msg;\n}' })
  code: string;

  @ApiProperty({
    enum: functionStatuses,
    description: '`quarantined`: it hit its limits too often in a row, and rests.',
  })
  status: FunctionStatus;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when it rests in a process in which it hit its limits; new code ends that at once.',
  })
  quarantined_until: string | null;

  @ApiProperty({ description: 'Counts the saves of code and parameters.', example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(userFunction: Row<UserFunction>, now: Date) {
    this.id = userFunction.id;
    this.name = userFunction.name;
    this.description = userFunction.description;
    this.parameters = userFunction.parameters;
    this.code = userFunction.code;
    const until = restsUntil(userFunction, now);
    this.status = until === null ? 'active' : 'quarantined';
    this.quarantined_until = until === null ? null : until.toISOString();
    this.version = userFunction.version;
    this.created_at = userFunction.createdAt.toISOString();
    this.updated_at = userFunction.updatedAt.toISOString();
  }
}
