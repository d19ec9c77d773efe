import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { IsApiEndpoint } from './is-api-endpoint.decorator.js';

/** A JSON merge patch of what may change while this instance is registered. */
export class ChangeIdentityRequest {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'new-name', maxLength: 200 })
  @IsOptional()
  @IsText({ max: 200 })
  deviceName?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Where the upstream is now; a registration goes on there with the same key.',
    example: 'https://new-api.com',
  })
  @IsOptional()
  @IsApiEndpoint()
  apiEndpoint?: string | null;
}
