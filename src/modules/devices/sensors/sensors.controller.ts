import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { LatestReadingsQuery, ListSensorsQuery } from './dto/list-sensors.query.js';
import { SensorReadingResponse, SensorResponse } from './dto/sensor.response.js';
import { SensorsService } from './sensors.service.js';

/** What a viewer of sensors asks for. */
@ApiTags('sensors')
@ApiExtraModels(SensorReadingResponse)
@Controller('api/v1/sensors')
export class SensorsController {
  constructor(private readonly sensors: SensorsService) {}

  @Get()
  @AdmitsReaders()
  @ApiOperation({
    operationId: 'listSensors',
    summary: 'List the readings that devices send',
  })
  @ApiPage(SensorResponse)
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListSensorsQuery): Promise<Page<SensorResponse>> {
    const { sensors, total } = await this.sensors.list(tenant, query);
    return new Page(
      sensors.map((sensor) => new SensorResponse(sensor)),
      total,
    );
  }

  @Get('latest')
  @AdmitsReaders()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'getLatestReadings',
    summary: 'See what each sensor said last, by its name',
  })
  @ApiOkResponse({
    schema: { type: 'object', additionalProperties: { $ref: getSchemaPath(SensorReadingResponse) } },
  })
  async latest(
    @CurrentTenant() tenant: Tenant,
    @Query() query: LatestReadingsQuery,
  ): Promise<Record<string, SensorReadingResponse>> {
    const sensors = await this.sensors.latest(tenant, query);
    return Object.fromEntries(sensors.map((sensor) => [sensor.name, new SensorReadingResponse(sensor)]));
  }
}
