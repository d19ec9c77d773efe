import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import type { Login } from '../sessions/login.service.js';
import { IsText } from '../../../core/json/is-storable.decorator.js';
import { emailMaxLength, passwordMaxLength } from '../user.rules.js';

/** A form can only send text. */
const fromForm = () =>
  Transform(({ value }: { value: unknown }) => {
    if (value === 'true' || value === 'on' || value === '1') return true;
    return value === 'false' || value === '0' || value === '' ? false : value;
  });

/** A login, as JSON or as a form. */
export class LoginRequest {
  @ApiPropertyOptional({
    description: 'The username, or the e-mail address. Required where there is no email.',
    example: 'user@example.com',
  })
  @ValidateIf(({ username, email }: LoginRequest) => username !== undefined || email === undefined)
  @IsText({ max: emailMaxLength })
  username?: string;

  @ApiPropertyOptional({
    description: 'The e-mail address; used when there is no username.',
    example: 'user@example.com',
  })
  @IsOptional()
  @IsText({ max: emailMaxLength })
  email?: string;

  @ApiProperty({ format: 'password', maxLength: passwordMaxLength, example: 'securepassword' })
  @IsString()
  @MaxLength(passwordMaxLength)
  password!: string;

  @ApiPropertyOptional({
    description: 'Whether the session waits 30 days for its next refresh instead of 12 hours.',
    default: false,
  })
  @IsOptional()
  @fromForm()
  @IsBoolean()
  rememberMe?: boolean;

  @ApiPropertyOptional({ description: 'The same as rememberMe.', default: false })
  @IsOptional()
  @fromForm()
  @IsBoolean()
  remember_me?: boolean;

  @ApiPropertyOptional({
    description: 'What OAuth 2.0 clients send with a password; means nothing here.',
    enum: ['password'],
  })
  @IsOptional()
  @IsIn(['password'])
  grant_type?: string;

  @ApiPropertyOptional({ description: 'What OAuth 2.0 clients send; means nothing here.' })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  scope?: string;
}

export function loginOf(request: LoginRequest): Login {
  return {
    name: (request.username ?? request.email ?? '').trim().normalize('NFC'),
    password: request.password,
    remember: request.rememberMe ?? request.remember_me ?? false,
  };
}
