import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentClient, type Client } from '../../../core/http/client.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { PublicOrUser } from '../access.decorator.js';
import { CallerIfAny, type UserPrincipal } from '../principal.decorator.js';
import { Acceptance } from './acceptance.service.js';
import { AcceptInvitationRequest } from './dto/accept-invitation.request.js';
import { AcceptedInvitationResponse } from './dto/accepted-invitation.response.js';
import { AccountMissing } from './invitation.errors.js';

/** Where links lead, for those who hold one. */
@ApiTags('invitations')
@Controller('api/v1/invitations')
export class AcceptanceController {
  constructor(private readonly acceptance: Acceptance) {}

  @Post('accept')
  @PublicOrUser()
  @ApiOperation({
    operationId: 'Invitations_accept',
    summary: 'Become a member: with an access token as who one is, without one as a new user',
    description: 'Afterwards log in, or `POST /api/v1/auth/switch` into the tenant.',
  })
  @ApiCreatedResponse({ type: AcceptedInvitationResponse })
  @ApiProblems(404, 409, 429, 503)
  async accept(
    @CallerIfAny() me: UserPrincipal | null,
    @Body() { token, username, password }: AcceptInvitationRequest,
    @CurrentClient() client: Client,
  ): Promise<AcceptedInvitationResponse> {
    if (me !== null) return new AcceptedInvitationResponse(await this.acceptance.join(token, me));
    if (username === undefined || password === undefined) throw new AccountMissing();
    return new AcceptedInvitationResponse(await this.acceptance.register(token, { username, password }, client));
  }
}
