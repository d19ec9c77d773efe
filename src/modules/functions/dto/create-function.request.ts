import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { FunctionParameterRequest } from './function-parameter.request.js';

/** A new function. */
export class CreateFunctionRequest {
  @ApiProperty({ description: 'Unique in the tenant.', example: 'to Fahrenheit', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional({ type: [FunctionParameterRequest], nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique((parameter: Partial<FunctionParameterRequest> | null) => parameter?.name, {
    message: 'must not hold two parameters of one name',
  })
  @ValidateNested({ each: true })
  @Type(() => FunctionParameterRequest)
  parameters?: FunctionParameterRequest[] | null;

  @ApiProperty({
    description: 'Plain modern JavaScript, up to 64 KiB. What it returns is the message for what follows.',
    example: 'function toFahrenheit(msg) {\n  msg.data.f = (msg.data.c * 9) / 5 + 32;\n  return msg;\n}',
  })
  @IsText({ max: 65_536 })
  code!: string;
}
