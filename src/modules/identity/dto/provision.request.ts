import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { uuidPattern } from '../identity.rules.js';
import { IsApiEndpoint } from './is-api-endpoint.decorator.js';

/** What this instance is to be as a device. What is absent stays, or is made where there is none. */
export class ProvisionRequest {
  @ApiPropertyOptional({ description: 'Instead of the one made at the first start.', example: 'custom-uuid' })
  @IsOptional()
  @Matches(uuidPattern, { message: 'must be 1 to 64 letters, digits and ._-' })
  uuid?: string;

  @ApiPropertyOptional({ example: 'my-raspberry-pi', maxLength: 200 })
  @IsOptional()
  @IsText({ max: 200 })
  deviceName?: string;

  @ApiPropertyOptional({ example: 'raspberrypi4-64', maxLength: 100, default: 'generic' })
  @IsOptional()
  @IsText({ max: 100 })
  deviceType?: string;

  @ApiPropertyOptional({ example: 'https://api.example.com' })
  @IsOptional()
  @IsApiEndpoint()
  apiEndpoint?: string;

  @ApiPropertyOptional({ description: 'Kept encrypted, and never shown whole.', maxLength: 512, writeOnly: true })
  @IsOptional()
  @IsText({ max: 512 })
  apiKey?: string;
}
