import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsString, Length, Matches, MaxLength } from 'class-validator';
import {
  emailMaxLength,
  normaliseEmail,
  normaliseUsername,
  passwordMaxLength,
  passwordMinLength,
  usernameMaxLength,
  usernameMinLength,
  usernamePattern,
} from '../user.rules.js';

const normalised = (normalise: (text: string) => string) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? normalise(value) : value));

/** A new account. Whether it is active or a superuser is not for its owner to say, so such fields are unknown here. */
export class RegisterRequest {
  @ApiProperty({
    description: 'Kept in lower case.',
    format: 'email',
    maxLength: emailMaxLength,
    example: 'user@example.com',
  })
  @normalised(normaliseEmail)
  @IsEmail({ require_tld: false }, { message: 'must be an e-mail address' }) // admin@localhost is one
  @MaxLength(emailMaxLength)
  email!: string;

  @ApiProperty({
    description: 'Without blanks and without @. Told apart without case.',
    minLength: usernameMinLength,
    maxLength: usernameMaxLength,
    example: 'johndoe',
  })
  @normalised(normaliseUsername)
  @IsString()
  @Matches(usernamePattern, { message: 'must not hold blanks, invisible characters or @' })
  @Length(usernameMinLength, usernameMaxLength)
  username!: string;

  @ApiProperty({
    minLength: passwordMinLength,
    maxLength: passwordMaxLength,
    format: 'password',
    example: 'securepassword',
  })
  @IsString()
  @Length(passwordMinLength, passwordMaxLength)
  password!: string;
}
