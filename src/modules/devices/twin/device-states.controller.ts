import { Controller, Get, Headers, HttpCode, Param, Patch, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import { Admits } from '../../auth/access.decorator.js';
import { CurrentPrincipal, type DevicePrincipal } from '../../auth/principal.decorator.js';
import { DeviceRates } from '../keys/device-rates.service.js';
import { reportIn, targetFor } from './device-document.rules.js';
import { document000Says } from './document-000-says.rules.js';
import { ReportAnswer } from './dto/report.answer.js';
import { ReportsService } from './reports.service.js';
import { TargetsService } from './targets.service.js';

const prefixes = ['api/v1/device', 'api/device', 'device'];
const below = (paths: string[]) => prefixes.flatMap((prefix) => paths.map((path) => `${prefix}/${path}`));
const reported = { uptime: 86_400, config: { interval: 60 } };

/** Where devices ask what they are to be and say what they are, with their own keys. */
@ApiTags('device-state')
@Controller()
@Admits({ device: true })
export class DeviceStatesController {
  constructor(
    private readonly targets: TargetsService,
    private readonly reports: ReportsService,
    private readonly rates: DeviceRates,
  ) {}

  @Get(below([':uuid/state']))
  @RouteConfig({ alsoSays: document000Says })
  @ApiOperation({
    operationId: 'getTargetState',
    summary: 'Get one’s own target state; 304 while it is the one of If-None-Match',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the state that the device has.' })
  @ApiOkResponse({
    description: 'The target under the device’s uuid, with its version; `apps` and `config` are always there.',
    schema: {
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: true },
      example: { '550e8400-e29b-41d4-a716-446655440000': { apps: {}, config: { interval: 30 }, version: 3 } },
    },
  })
  @ApiResponse({ status: 304, description: 'The device has it already.' })
  @ApiProblems(429)
  async get(
    @CurrentPrincipal() { tenant, deviceId }: DevicePrincipal,
    @Param('uuid') name: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown> | undefined> {
    this.rates.take(deviceId);
    const { tag, version, target } = await this.targets.answer({ tenant, deviceId, name, ifNoneMatch });
    reply.headers({ etag: tag, 'cache-control': 'private, no-cache' });
    if (target !== undefined) return targetFor(name, target, version);
    reply.status(304);
    return undefined;
  }

  @Patch(below(['state', ':uuid/state']))
  @HttpCode(200)
  @RouteConfig({ rawBody: true, alsoSays: document000Says })
  @ApiOperation({
    operationId: 'reportState',
    summary: 'Report one’s own state: a JSON merge patch into what was reported before',
    description:
      'The state by itself, or under the device’s uuid; `Content-Encoding: gzip` is understood. At most 64 KiB and 32 levels when merged. Every report is a heartbeat; one that changes nothing makes no version.',
  })
  @ApiBody({ schema: { type: 'object', additionalProperties: true, example: reported } })
  @ApiOkResponse({ type: ReportAnswer })
  @ApiProblems(429)
  async report(
    @CurrentPrincipal() { tenant, deviceId }: DevicePrincipal,
    @Req() request: FastifyRequest<{ Params: { uuid?: string } }>,
  ): Promise<ReportAnswer> {
    this.rates.take(deviceId);
    const { uuid: name } = request.params;
    const body = await reportIn(request.body, request.headers['content-encoding']);
    const report = { tenantId: tenant.id, deviceId, body, ...(name === undefined ? {} : { name }) };
    return new ReportAnswer(await this.reports.receive(report));
  }
}
