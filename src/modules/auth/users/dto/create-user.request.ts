import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { RegisterRequest } from '../../dto/register.request.js';
import { roles, type Role } from '../../principal.decorator.js';

/** A new user in this tenant. */
export class CreateUserRequest extends RegisterRequest {
  @ApiProperty({ enum: roles, description: 'What they may do in this tenant.', example: 'editor' })
  @IsIn(roles)
  role!: Role;
}
