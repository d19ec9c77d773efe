import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiAcceptedResponse, ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { gatedRoute } from '../../core/http/admission/gate-requests.js';
import { quietRoute } from '../../core/logging/request-log.js';
import { Admits } from '../auth/access.decorator.js';
import { CurrentPrincipal, type Principal } from '../auth/principal.decorator.js';
import { IngestAnswer } from './dto/ingest.answer.js';
import { UnparsableMessage } from './ingest.errors.js';
import { IngestService } from './ingest.service.js';

/** Where networks post what devices said. */
@ApiTags('ingest')
@Controller('api/v1/ingest')
export class IngestController {
  constructor(private readonly ingest: IngestService) {}

  @Post('chirpstack')
  @HttpCode(202)
  @Admits({ apiKey: 'ingest' })
  @RouteConfig({ ...quietRoute, ...gatedRoute, rawBody: true })
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
    schema: { type: 'object', additionalProperties: true, description: 'The event as ChirpStack v4 sends it (JSON).' },
  })
  @ApiAcceptedResponse({ type: IngestAnswer })
  chirpStack(
    @CurrentPrincipal() principal: Principal,
    @Query('event') event: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<IngestAnswer> {
    // The route keeps its body as bytes (see configureApp): they are stored as they came and parsed once.
    if (!Buffer.isBuffer(request.body)) throw new UnparsableMessage('the body is empty');
    return this.ingest.receiveChirpStack(principal, event, request.body);
  }
}
