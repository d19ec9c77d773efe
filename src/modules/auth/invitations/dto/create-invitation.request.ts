import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { RegisterRequest } from '../../dto/register.request.js';
import { roles, type Role } from '../../principal.decorator.js';

/** Who is invited, and as what. */
export class CreateInvitationRequest extends PickType(RegisterRequest, ['email'] as const) {
  @ApiProperty({ enum: roles, description: 'What they may do in this tenant.', example: 'editor' })
  @IsIn(roles)
  role!: Role;
}
