import { Controller, Get, Header, Headers, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { gatedRoute } from '../../../core/http/admission/gate-requests.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { quietRoute } from '../../../core/logging/request-log.js';
import { Public } from '../../auth/access.decorator.js';
import { thingsBoardSays } from '../thingsboard-says.rules.js';
import { AccessTokenDesk } from './access-token-desk.js';
import { DeviceAttributesService } from './device-attributes.service.js';
import { DeviceTelemetryService } from './device-telemetry.service.js';
import { AttributesQuery } from './dto/attributes.query.js';
import { AttributesResponse } from './dto/attributes.response.js';

const machines = { ...quietRoute, rawBody: true, alsoSays: thingsBoardSays };

/** Where devices of ThingsBoard's kind speak, with their access token in the address. */
@ApiTags('thingsboard')
@Controller('api/v1/:token')
@Public()
@ApiParam({ name: 'token', description: 'The device’s access token.', example: 'A1b2C3d4E5f6G7h8I9j0' })
export class ThingsBoardDevicesController {
  constructor(
    private readonly desk: AccessTokenDesk,
    private readonly telemetry: DeviceTelemetryService,
    private readonly attributes: DeviceAttributesService,
  ) {}

  @Post('telemetry')
  @HttpCode(200)
  @RouteConfig({ ...machines, ...gatedRoute })
  @ApiOperation({
    operationId: 'postThingsBoardTelemetry',
    summary: 'Take telemetry as ThingsBoard does: `{key: value}`, `{ts, values}`, or a list of either',
    description: 'Each message is an event of the device. Answered, with nothing, when all are on disk.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key again is the same request.' })
  @ApiBody({
    schema: {
      oneOf: [
        { type: 'object', additionalProperties: true, example: { temperature: 21.5 } },
        { type: 'array', maxItems: 1_000, items: { type: 'object', additionalProperties: true } },
      ],
    },
  })
  @ApiOkResponse({ description: 'It is on disk.' })
  @ApiProblems(401, 429, 503)
  async postTelemetry(
    @Param('token') token: string,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const device = await this.desk.admit(token, request);
    await this.telemetry.receive(device, bytesOf(request), idempotencyKey);
  }

  @Post('attributes')
  @HttpCode(200)
  @RouteConfig(machines)
  @ApiOperation({
    operationId: 'postThingsBoardAttributes',
    summary: 'Take a device’s client attributes: they become part of what its twin reports',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true, example: { fw: '1.0.0' } } })
  @ApiOkResponse({ description: 'They are stored.' })
  @ApiProblems(401, 429, 503)
  async postAttributes(@Param('token') token: string, @Req() request: FastifyRequest): Promise<void> {
    const device = await this.desk.admit(token, request);
    await this.attributes.report(device, bytesOf(request));
  }

  @Get('attributes')
  @Header('Cache-Control', 'no-store')
  @RouteConfig({ ...quietRoute, alsoSays: thingsBoardSays })
  @ApiOperation({
    operationId: 'getThingsBoardAttributes',
    summary: 'Tell a device its attributes: client ones as it reported them, shared ones as its twin’s target has them',
  })
  @ApiOkResponse({ type: AttributesResponse })
  @ApiProblems(401, 429, 503)
  async getAttributes(
    @Param('token') token: string,
    @Query() query: AttributesQuery,
    @Req() request: FastifyRequest,
  ): Promise<AttributesResponse> {
    const device = await this.desk.admit(token, request);
    const { clientKeys, sharedKeys } = query;
    return new AttributesResponse(await this.attributes.answer(device, { clientKeys, sharedKeys }));
  }
}

/** The routes keep their bodies as bytes (see configureApp): they are stored as they came and parsed once. */
function bytesOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
