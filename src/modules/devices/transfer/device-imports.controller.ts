import { Controller, Get, Header, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { StreamedBody, TakesBodyStream, type BodyStream } from '../../../core/http/body-stream.decorator.js';
import { IdPipe } from '../../../core/http/id.pipe.js';
import { ApiPage } from '../../../core/http/paging/api-page.decorator.js';
import { Page } from '../../../core/http/paging/page.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceImportsService } from './device-imports.service.js';
import { DeviceImportResponse, ImportRowResponse } from './dto/device-import.response.js';
import { ImportDevicesQuery } from './dto/import-devices.query.js';
import { ListDeviceImportsQuery, ListImportRowsQuery } from './dto/list-device-imports.query.js';

/** Devices by the file: sent at once, taken in step by step. */
@ApiTags('devices')
@Controller('api/v1/devices')
export class DeviceImportsController {
  constructor(private readonly imports: DeviceImportsService) {}

  @Post('import')
  @HttpCode(202)
  @AdmitsEditors()
  @TakesBodyStream()
  @ApiOperation({
    summary: 'Take in a file of devices',
    description:
      'CSV (commas, semicolons or tabs; a header; UTF-8) or JSON lines, each as for POST /devices, with names in the place of ids: ' +
      '`labels` (in CSV with | between them), `profile`, `place`. What the export gives is taken. At most 10 MiB and 50,000 rows. ' +
      'The answer says where the progress is told, and the report with a line for each row.',
  })
  @ApiConsumes('text/csv', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'string', example: 'name,dev_eui,labels\nGreenhouse 3,24E124136D151234,north|indoor\n' } })
  @ApiAcceptedResponse({
    type: DeviceImportResponse,
    headers: { Location: { description: 'Where the progress is told.', schema: { type: 'string' } } },
  })
  async import(
    @CurrentTenant() tenant: Tenant,
    @StreamedBody() body: BodyStream,
    @Query() query: ImportDevicesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeviceImportResponse> {
    const imported = await this.imports.receive(tenant, body, query);
    reply.header('location', `/api/v1/devices/imports/${imported.id}`);
    return new DeviceImportResponse(imported);
  }

  @Get('imports')
  @AdmitsReaders()
  @ApiOperation({ summary: 'List imports of the last thirty days, newest first' })
  @ApiPage(DeviceImportResponse)
  async list(
    @CurrentTenant() tenant: Tenant,
    @Query() query: ListDeviceImportsQuery,
  ): Promise<Page<DeviceImportResponse>> {
    const { rows, total } = await this.imports.list(tenant, query);
    return new Page(
      rows.map((row) => new DeviceImportResponse(row)),
      total,
    );
  }

  @Get('imports/:id')
  @AdmitsReaders()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'See how far an import is' })
  @ApiOkResponse({ type: DeviceImportResponse })
  async get(@CurrentTenant() tenant: Tenant, @Param('id', IdPipe) id: string): Promise<DeviceImportResponse> {
    return new DeviceImportResponse(await this.imports.get(tenant, id));
  }

  @Get('imports/:id/rows')
  @AdmitsReaders()
  @ApiOperation({ summary: 'Read the report of an import: what became of each row, in their order' })
  @ApiPage(ImportRowResponse)
  async rows(
    @CurrentTenant() tenant: Tenant,
    @Param('id', IdPipe) id: string,
    @Query() query: ListImportRowsQuery,
  ): Promise<Page<ImportRowResponse>> {
    const { rows, total } = await this.imports.listRows(tenant, id, query);
    return new Page(
      rows.map((row) => new ImportRowResponse(row)),
      total,
    );
  }
}
