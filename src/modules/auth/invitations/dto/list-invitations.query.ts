import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../../../core/http/paging/page.query.js';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { invitationStatuses, type InvitationStatus } from '../invitation.rules.js';

/** Which invitations to list. */
export class ListInvitationsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only whose e-mail address contains this, without case.' })
  @IsOptional()
  @IsText({ max: 100 })
  email?: string;

  @ApiPropertyOptional({ enum: invitationStatuses })
  @IsOptional()
  @IsIn(invitationStatuses)
  status?: InvitationStatus;
}
