import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { UserFunction } from '../function.entity.js';
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

  @ApiProperty({ enum: ['active'] })
  status = 'active' as const;

  @ApiProperty({ description: 'Counts the saves of code and parameters.', example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(userFunction: Row<UserFunction>) {
    this.id = userFunction.id;
    this.name = userFunction.name;
    this.description = userFunction.description;
    this.parameters = userFunction.parameters;
    this.code = userFunction.code;
    this.version = userFunction.version;
    this.created_at = userFunction.createdAt.toISOString();
    this.updated_at = userFunction.updatedAt.toISOString();
  }
}
