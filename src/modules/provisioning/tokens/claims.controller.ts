import { Controller, HttpCode, Ip, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Settings } from '../../../core/config/settings.js';
import { publicBaseOf } from '../../../core/http/public-url.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { Public } from '../../auth/access.decorator.js';
import { detailAsMessage } from '../../../core/http/problems/detail-as-message.js';
import { claimIn } from './claim-body.rules.js';
import { ClaimsService } from './claims.service.js';
import { ClaimTokenRequest } from './dto/claim.request.js';
import { ClaimResponse } from './dto/claim.response.js';

/** Where a device that has nothing but its one-time token gets its key. */
@ApiTags('gateway')
@Controller()
export class ClaimsController {
  constructor(
    private readonly claims: ClaimsService,
    private readonly settings: Settings,
  ) {}

  @Post(['gateway/devices/claim', 'gateway/api/devices/claim', 'api/devices/claim'])
  @HttpCode(201)
  @Public()
  @RouteConfig({ rawBody: true, alsoSays: detailAsMessage })
  @ApiOperation({
    operationId: 'claimDevice',
    summary: 'Exchange a one-time token for the device’s key',
    description:
      'A device that lost the answer claims again: for ten minutes, until the key is first used; the key before ends. Keys from before the claim end when the new one is first used.',
  })
  @ApiBody({ type: ClaimTokenRequest })
  @ApiCreatedResponse({ type: ClaimResponse })
  @ApiProblems(502)
  async claim(@Req() request: FastifyRequest, @Ip() address: string): Promise<ClaimResponse> {
    const claim = await this.claims.claim({ ...claimIn(request.body), address });
    return new ClaimResponse(claim, `${publicBaseOf(request, this.settings)}/gateway/device-data/ingest`);
  }
}
