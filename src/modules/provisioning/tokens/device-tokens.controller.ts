import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AdmitsEditors } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { detailAsMessage } from '../../../core/http/problems/detail-as-message.js';
import { DeviceTokensService } from './device-tokens.service.js';
import { DeviceTokenResponse } from './dto/device-token.response.js';
import { IssueTokenRequest } from './dto/issue-token.request.js';
import { IssueTokensRequest } from './dto/issue-tokens.request.js';
import { IssuedTokenResponse } from './dto/issued-token.response.js';
import { ListDeviceTokensQuery } from './dto/list-device-tokens.query.js';
import { lifetimeMinutesOf } from './lifetime.rules.js';
import { csvOf } from './tokens-csv.rules.js';
import { qrCodeOf } from './qr-code.js';

/** One-time tokens, for people who bring devices out. */
@ApiTags('gateway')
@Controller()
@AdmitsEditors()
export class DeviceTokensController {
  constructor(
    private readonly tokens: DeviceTokensService,
    private readonly clock: Clock,
  ) {}

  @Post(['gateway/devices/:id/provision', 'gateway/api/devices/:id/provision'])
  @RouteConfig({ alsoSays: detailAsMessage })
  @ApiOperation({
    operationId: 'issueDeviceToken',
    summary: 'Issue a one-time token for a device; the token itself is shown only in this answer',
  })
  @ApiCreatedResponse({ type: IssuedTokenResponse })
  async issue(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) deviceId: string,
    @Body() request: IssueTokenRequest,
  ): Promise<IssuedTokenResponse> {
    return new IssuedTokenResponse(await this.tokens.issue(tenant, deviceId, wantedOf(request)));
  }

  @Get('gateway/device-tokens')
  @ApiOperation({ operationId: 'listDeviceTokens', summary: 'List one-time tokens, newest first' })
  @ApiPage(DeviceTokenResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeviceTokensQuery,
  ): Promise<Page<DeviceTokenResponse>> {
    const { rows, total } = await this.tokens.list(tenant, {
      deviceId: query.device_id,
      status: query.status,
      skip: query.skip,
      limit: query.limit,
    });
    const now = this.clock.now();
    return new Page(
      rows.map((token) => new DeviceTokenResponse(token, now)),
      total,
    );
  }

  @Get('gateway/device-tokens/:id')
  @ApiOperation({ operationId: 'getDeviceToken', summary: 'Get a one-time token, without the token itself' })
  @ApiOkResponse({ type: DeviceTokenResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeviceTokenResponse> {
    return new DeviceTokenResponse(await this.tokens.get(tenant, id), this.clock.now());
  }

  @Post('gateway/device-tokens')
  @ApiOperation({ operationId: 'issueDeviceTokens', summary: 'Issue one-time tokens for many devices' })
  @ApiCreatedResponse({
    content: {
      'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(IssuedTokenResponse) } } },
      'text/csv': { schema: { type: 'string', example: 'device_id,token,expires_at\r\n' } },
    },
  })
  @ApiProblems(404)
  async issueMany(
    @CurrentTenant() tenant: Tenant,
    @Body() request: IssueTokensRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IssuedTokenResponse[] | string> {
    const issued = await this.tokens.issueMany(tenant, request.device_ids, wantedOf(request));
    const answers = issued.map(
      (one) => new IssuedTokenResponse(one, request.qr_codes ? qrCodeOf(one.token) : undefined),
    );
    if (request.format === 'json') return answers;
    void reply.type('text/csv; charset=utf-8');
    return csvOf(answers, request.qr_codes);
  }

  @Delete('gateway/device-tokens/:id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeDeviceToken', summary: 'Revoke a one-time token that was not claimed' })
  @ApiNoContentResponse()
  @ApiProblems(409)
  async revoke(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<void> {
    await this.tokens.revoke(tenant, id);
  }
}

function wantedOf({ notes, metadata, lifetime_minutes }: IssueTokenRequest) {
  return { notes: notes ?? null, metadata: metadata ?? {}, lifetimeMinutes: lifetimeMinutesOf(lifetime_minutes) };
}
