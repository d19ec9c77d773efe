import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { gatedRoute } from '../../../core/http/admission/gate-requests.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { quietRoute } from '../../../core/logging/request-log.js';
import { Admits } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type DevicePrincipal } from '../../auth/principal.decorator.js';
import { TelemetryAnswer } from './dto/telemetry.answer.js';
import { GatewayIngestService } from './gateway-ingest.service.js';
import { gatewaySays } from './gateway-problems.rules.js';
import { PayloadIsNoObject } from './gateway.errors.js';

/** Where devices post what they measure, with their own keys. */
@ApiTags('gateway')
@Controller()
export class GatewayIngestController {
  constructor(private readonly gateway: GatewayIngestService) {}

  @Post(['gateway/device-data/ingest', 'gateway/api/device-data/ingest', 'api/device-data/ingest'])
  @HttpCode(201)
  @Admits({ device: true })
  @RouteConfig({ ...quietRoute, ...gatedRoute, rawBody: true, alsoSays: gatewaySays })
  @ApiOperation({
    operationId: 'ingestTelemetry',
    summary: 'Take one message of a device, by its own key',
    description: 'Any JSON object; its numbers become readings. Answered when it is on disk, before any flow runs.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key again is the same message.' })
  @ApiBody({
    schema: { type: 'object', additionalProperties: true, example: { voltage: 228.4, current: 3.2, kwh: 1234.5 } },
  })
  @ApiCreatedResponse({ type: TelemetryAnswer })
  @ApiProblems(429, 503)
  async ingest(
    @CurrentPrincipal() { tenant, deviceId }: DevicePrincipal,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<TelemetryAnswer> {
    // The route keeps its body as bytes (see configureApp): they are stored as they came and parsed once.
    const { body } = request;
    if (!Buffer.isBuffer(body)) throw new PayloadIsNoObject();
    const { eventId } = await this.gateway.receive({ tenant, deviceId, body, idempotencyKey });
    return new TelemetryAnswer(eventId);
  }
}
