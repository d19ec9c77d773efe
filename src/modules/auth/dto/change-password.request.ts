import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, MaxLength } from 'class-validator';
import { passwordMaxLength, passwordMinLength } from '../user.rules.js';

/** A new password, by somebody who knows the present one. */
export class ChangePasswordRequest {
  @ApiProperty({ format: 'password', maxLength: passwordMaxLength, example: 'securepassword' })
  @IsString()
  @MaxLength(passwordMaxLength)
  current_password!: string;

  @ApiProperty({
    format: 'password',
    minLength: passwordMinLength,
    maxLength: passwordMaxLength,
    example: 'another secure password',
  })
  @IsString()
  @Length(passwordMinLength, passwordMaxLength)
  new_password!: string;
}
