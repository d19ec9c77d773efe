import { IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { IsApiEndpoint } from './is-api-endpoint.decorator.js';

/** With which upstream this instance is to register, and as what. Its documentation is that of the route it shares. */
export class IdentityRegisterRequest {
  @IsApiEndpoint()
  apiEndpoint!: string;

  @IsOptional()
  @IsText({ max: 512 })
  provisioningKey?: string;

  @IsOptional()
  @IsText({ max: 200 })
  deviceName?: string;

  @IsOptional()
  @IsText({ max: 100 })
  deviceType?: string;

  @IsOptional()
  @IsText({ max: 100 })
  macAddress?: string;

  @IsOptional()
  @IsText({ max: 100 })
  osVersion?: string;

  @IsOptional()
  @IsText({ max: 100 })
  supervisorVersion?: string;
}
