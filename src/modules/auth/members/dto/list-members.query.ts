import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { roles, type Role } from '../../principal.decorator.js';

/** Which members to list. */
export class ListMembersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only whose username or e-mail address contains this, without case.' })
  @IsOptional()
  @IsText({ max: 100 })
  q?: string;

  @ApiPropertyOptional({ enum: roles, description: 'Only with this role.' })
  @IsOptional()
  @IsIn(roles)
  role?: Role;
}
