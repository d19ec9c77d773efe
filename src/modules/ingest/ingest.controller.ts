import { Controller, HttpCode, Post, Query, Req, type OnModuleInit } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiAcceptedResponse, ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { gatedRoute } from '../../core/http/admission/gate-requests.js';
import { shortRoad, ShortRoads, type ShortAnswer } from '../../core/http/short-roads.js';
import { quietRoute } from '../../core/logging/request-log.js';
import { Admits, type Admission } from '../auth/access.decorator.js';
import { Admittance } from '../auth/admittance.service.js';
import { CurrentPrincipal, type Principal } from '../auth/principal.decorator.js';
import { IngestAnswer } from './dto/ingest.answer.js';
import { UnparsableMessage } from './ingest.errors.js';
import { IngestService } from './ingest.service.js';

const networks: Admission = { apiKey: 'ingest' };

/** Where networks post what devices said. */
@ApiTags('ingest')
@Controller('api/v1/ingest')
export class IngestController implements OnModuleInit {
  constructor(
    private readonly ingest: IngestService,
    private readonly admittance: Admittance,
    private readonly roads: ShortRoads,
  ) {}

  onModuleInit(): void {
    this.roads.open('chirpstack', (request) => this.takeShort(request));
  }

  @Post('chirpstack')
  @HttpCode(202)
  @Admits(networks)
  @RouteConfig({ ...quietRoute, ...gatedRoute, ...shortRoad('chirpstack'), rawBody: true })
  @ApiOperation({
    operationId: 'ingestChirpStack',
    summary: 'Take one event of ChirpStack’s HTTP integration',
    description:
      'Answers after the event is on disk and before any flow runs. Give ChirpStack this URL and a header `Authorization: Bearer <key>` or `X-API-Key: <key>` with a key of scope `ingest`.',
  })
  @ApiQuery({
    name: 'event',
    required: false,
    example: 'up',
    description: 'up, join, ack, txack, log, status, location …',
  })
  @ApiBody({
    schema: {
      type: 'object',
      additionalProperties: true,
      description: 'The event as ChirpStack v4 sends it: JSON, or protobuf as application/octet-stream.',
    },
  })
  @ApiAcceptedResponse({ type: IngestAnswer })
  chirpStack(
    @CurrentPrincipal() principal: Principal,
    @Query('event') event: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<IngestAnswer> {
    // The route keeps its body as bytes (see configureApp): JSON is stored as it came, and parsed once.
    if (!Buffer.isBuffer(request.body)) throw new UnparsableMessage('the body is empty');
    const contentType = request.headers['content-type'] ?? '';
    return this.ingest.receiveChirpStack(principal, { eventName: event, contentType, bytes: request.body });
  }

  private async takeShort(request: FastifyRequest): Promise<ShortAnswer> {
    const principal = await this.admittance.admit(request.headers, networks);
    const { event } = request.query as Record<string, unknown>;
    const answer = await this.chirpStack(principal, typeof event === 'string' ? event : undefined, request);
    return { status: 202, json: JSON.stringify(answer) };
  }
}
