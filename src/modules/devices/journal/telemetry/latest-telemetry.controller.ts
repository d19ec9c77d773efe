import { Controller, Get, Param } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdPipe } from '../../../../core/http/id.pipe.js';
import { detailAsMessage } from '../../../../core/http/problems/detail-as-message.js';
import { Admits } from '../../../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../../../auth/principal.decorator.js';
import { LatestTelemetryResponse } from './latest-telemetry.response.js';
import { LatestTelemetryService } from './latest-telemetry.service.js';
import { NoTelemetry } from './no-telemetry.error.js';

/** The last message of a device, for people and for itself. */
@ApiTags('gateway')
@Controller()
export class LatestTelemetryController {
  constructor(private readonly telemetry: LatestTelemetryService) {}

  @Get(['gateway/devices/:id/telemetry/latest', 'gateway/api/devices/:id/telemetry/latest'])
  @Admits({ user: 'viewer', apiKey: 'read', device: true })
  @RouteConfig({ alsoSays: detailAsMessage })
  @ApiOperation({ operationId: 'getLatestTelemetry', summary: 'Get the last message of a device' })
  @ApiOkResponse({ type: LatestTelemetryResponse })
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id', IdPipe) id: string,
  ): Promise<LatestTelemetryResponse> {
    // A device reads itself and nobody else: others are, to it, not there.
    if (principal.kind === 'device' && principal.deviceId !== id) throw new NoTelemetry();
    return new LatestTelemetryResponse(await this.telemetry.get(principal.tenant, id));
  }
}
