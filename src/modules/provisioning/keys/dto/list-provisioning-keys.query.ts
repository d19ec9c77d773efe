import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { provisioningKeyStatuses, type ProvisioningKeyStatus } from '../provisioning-key.rules.js';

/** Which provisioning keys to list. */
export class ListProvisioningKeysQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only names that contain this, without case.', example: 'line' })
  @IsOptional()
  @IsText({ max: 100 })
  name?: string;

  @ApiPropertyOptional({ enum: provisioningKeyStatuses, description: 'Only keys that are this now.' })
  @IsOptional()
  @IsIn(provisioningKeyStatuses)
  status?: ProvisioningKeyStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only keys that give this profile.' })
  @IsOptional()
  @IsUUID('all')
  profile_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only keys that give this place.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only keys that give this label.' })
  @IsOptional()
  @IsUUID('all')
  label_id?: string;
}
