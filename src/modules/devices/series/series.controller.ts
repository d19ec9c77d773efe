import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { SeriesKeyResponse } from './dto/series-key.response.js';
import { SeriesQuery } from './dto/series.query.js';
import { SeriesResponse } from './dto/series.response.js';
import { SeveralSeriesQuery } from './dto/several-series.query.js';
import { csvOf } from './series-csv.rules.js';
import { SeriesService } from './series.service.js';

const documented = {
  description: 'At most 2,000 values in all; a bucket without points is null.',
  content: {
    'application/json': { schema: { $ref: getSchemaPath(SeriesResponse) } },
    'text/csv': { schema: { type: 'string' as const, example: 'time,device_id,key,value\r\n' } },
  },
};

/** Readings over time, for charts. */
@ApiTags('series')
@ApiExtraModels(SeriesResponse)
@Controller('api/v1')
export class SeriesController {
  constructor(private readonly series: SeriesService) {}

  @Get('devices/:id/series')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'getDeviceSeries', summary: 'Read a device’s readings over time' })
  @ApiOkResponse(documented)
  async ofDevice(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: SeriesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeriesResponse | string> {
    return shown(await this.series.read(tenant, [id], query), query, reply);
  }

  @Get('devices/:id/series/keys')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'listDeviceSeriesKeys', summary: 'List the readings a device has sent, at most 200' })
  @ApiOkResponse({ type: SeriesKeyResponse, isArray: true })
  async keys(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<SeriesKeyResponse[]> {
    return (await this.series.keysOf(tenant, id)).map((name) => new SeriesKeyResponse(name));
  }

  @Get('series')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'getSeries', summary: 'Read the readings of several devices over time' })
  @ApiOkResponse(documented)
  @ApiProblems(404)
  async ofDevices(
    @CurrentTenant() tenant: Tenant,
    @Query() query: SeveralSeriesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SeriesResponse | string> {
    return shown(await this.series.read(tenant, query.device_ids, query), query, reply);
  }
}

function shown(answer: SeriesResponse, { format }: SeriesQuery, reply: FastifyReply): SeriesResponse | string {
  if (format === 'json') return answer;
  void reply.type('text/csv; charset=utf-8');
  return csvOf(answer);
}
