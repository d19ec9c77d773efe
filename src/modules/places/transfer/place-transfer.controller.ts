import { Body, Controller, Get, HttpCode, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { StreamedBody, TakesBodyStream, type BodyStream } from '../../../core/http/body-stream.decorator.js';
import { ApiProblems } from '../../../core/http/problems/api-problems.decorator.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { AdmitsEditors, AdmitsReaders } from '../../auth/access.decorator.js';
import { CurrentTenant } from '../../auth/principal.decorator.js';
import { ImportedBranch } from './dto/imported-place.js';
import { PlaceImportResponse } from './dto/place-import.response.js';
import { ExportPlacesQuery, ImportPlacesQuery } from './dto/transfer-places.query.js';
import { PlaceExport } from './place-export.service.js';
import { PlaceIntake } from './place-intake.service.js';

const types = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json; charset=utf-8' };

/** Places by the file. */
@ApiTags('places')
@Controller('api/v1/places')
export class PlaceTransferController {
  constructor(
    private readonly intake: PlaceIntake,
    private readonly exporting: PlaceExport,
  ) {}

  @Post('import')
  @HttpCode(200)
  @AdmitsEditors()
  @TakesBodyStream()
  @ApiOperation({
    operationId: 'importPlaces',
    summary: 'Take in a tree of places, all of it or nothing',
    description:
      'A place is found by its name below its parent, without case, or made; what the file does not say stays, so the same ' +
      'file again changes nothing. JSON nests places in `contains`; CSV has a line for each with its `path` ' +
      '(`Netherlands/South Holland/Delft`, a slash within a name behind a backslash) and any of `profile`, `description`, ' +
      '`latitude`, `longitude`, `altitude`, `attributes` (JSON). What the export gives is taken. At most 10,000 places.',
  })
  @ApiConsumes('application/json', 'text/csv')
  @ApiBody({ type: ImportedBranch, isArray: true })
  @ApiOkResponse({ type: PlaceImportResponse })
  @ApiProblems(409, 422)
  async import(
    @CurrentTenant() tenant: Tenant,
    @StreamedBody() stream: BodyStream,
    @Body() body: unknown,
    @Query() query: ImportPlacesQuery,
  ): Promise<PlaceImportResponse> {
    return new PlaceImportResponse(await this.intake.take(tenant, stream, body, query), query.dry_run);
  }

  @Get('export')
  @AdmitsReaders()
  @ApiOperation({ operationId: 'exportPlaces', summary: 'Export places as a file that the import takes' })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(ImportedBranch) } } },
      'text/csv': { schema: { type: 'string' } },
    },
    description: 'Each place before those below it, siblings by name.',
  })
  @ApiProblems(404)
  async export(@CurrentTenant() tenant: Tenant, @Query() query: ExportPlacesQuery): Promise<StreamableFile> {
    return new StreamableFile(Readable.from(await this.exporting.lines(tenant, query), { objectMode: false }), {
      type: types[query.format],
      disposition: `attachment; filename="places.${query.format}"`,
    });
  }
}
