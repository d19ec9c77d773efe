import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { DeviceExport } from './device-export.service.js';
import { ExportDevicesQuery } from './dto/export-devices.query.js';

const types = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' };

/** Devices as a file. */
@ApiTags('devices')
@Controller('api/v1/devices')
export class DeviceExportController {
  constructor(private readonly exporting: DeviceExport) {}

  @Get('export')
  @AdmitsReaders()
  @ApiOperation({
    summary: 'Export devices as a file that the import takes',
    description:
      'Cells that a spreadsheet would run as a formula begin with an apostrophe, which the import takes away again. Keys are not exported.',
  })
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiOkResponse({
    schema: { type: 'string' },
    description: 'A line for each device, in the order in which they were made.',
  })
  export(@CurrentTenant() tenant: Tenant, @Query() query: ExportDevicesQuery): StreamableFile {
    return new StreamableFile(Readable.from(this.exporting.lines(tenant, query), { objectMode: false }), {
      type: types[query.format],
      disposition: `attachment; filename="devices.${query.format}"`,
    });
  }
}
