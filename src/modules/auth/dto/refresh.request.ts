import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '../../../core/json/is-storable.decorator.js';

/** A refresh token to be exchanged, as JSON or as a form. */
export class RefreshRequest {
  @ApiProperty({ example: 'flr_01980c1e7d2a7c3b8f005d1b5e6c7a90g0_…', maxLength: 2_000 })
  @IsText({ max: 2_000 })
  refresh_token!: string;

  @ApiPropertyOptional({ description: 'What OAuth 2.0 clients send; means nothing here.', enum: ['refresh_token'] })
  @IsOptional()
  @IsIn(['refresh_token'])
  grant_type?: string;
}
