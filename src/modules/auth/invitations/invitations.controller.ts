import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../../../core/config/settings.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { publicBaseOf } from '../../../core/http/public-url.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AdmitsAdmins } from '../access.decorator.js';
import { CurrentPrincipal, CurrentTenant, type UserPrincipal } from '../principal.decorator.js';
import { CreateInvitationRequest } from './dto/create-invitation.request.js';
import { InvitationResponse, NewInvitationResponse } from './dto/invitation.response.js';
import { ListInvitationsQuery } from './dto/list-invitations.query.js';
import { invitationLink } from './invitation.rules.js';
import { InvitationsService } from './invitations.service.js';

/** Links into the tenant, as its admins give them out. */
@ApiTags('invitations')
@Controller('api/v1/invitations')
@AdmitsAdmins()
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List invitations, newest first' })
  @ApiPage(InvitationResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListInvitationsQuery): Promise<Page<InvitationResponse>> {
    const { rows, total } = await this.invitations.list(tenant, query);
    return new Page(
      rows.map((invitation) => new InvitationResponse(invitation, this.clock.now())),
      total,
    );
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Invite somebody by a link, good once and for 7 days; the link is shown only in this answer',
    description: 'Nothing is sent: give the link to whom it is for. An older one for the same address stops working.',
  })
  @ApiCreatedResponse({ type: NewInvitationResponse })
  @ApiProblems(409)
  async create(
    @CurrentPrincipal() me: UserPrincipal,
    @Body() request: CreateInvitationRequest,
    @Req() http: FastifyRequest,
  ): Promise<NewInvitationResponse> {
    const { invitation, token } = await this.invitations.invite(me, request);
    const link = invitationLink(publicBaseOf(http, this.settings), token);
    return new NewInvitationResponse(invitation, this.clock.now(), { token, link });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an invitation, without its link' })
  @ApiOkResponse({ type: InvitationResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<InvitationResponse> {
    return new InvitationResponse(await this.invitations.get(tenant, id), this.clock.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an invitation: its link stops working' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async revoke(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.invitations.revoke(tenant, id);
  }
}
