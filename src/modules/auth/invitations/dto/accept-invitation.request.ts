import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { IsText } from '../../../../core/json/is-storable.decorator.js';
import { RegisterRequest } from '../../dto/register.request.js';

class NewAccountRequest extends PartialType(PickType(RegisterRequest, ['username', 'password'] as const), {
  skipNullProperties: false,
}) {}

class InvitationTokenRequest {
  @ApiProperty({
    description: 'The token of the link, as it stands behind the #.',
    example: 'fli_01980c1e7d2a7c3b8f005d1b5e6c7a90_…',
    maxLength: 200,
  })
  @IsText({ max: 200 })
  token!: string;
}

/** An invitation and, where no access token says who one is, what the new account is to be. */
export class AcceptInvitationRequest extends IntersectionType(InvitationTokenRequest, NewAccountRequest) {}
