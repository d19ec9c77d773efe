import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ListDevicesQuery } from '../../dto/list-devices.query.js';
import { importFormats, type ImportFormat } from '../device-import.js';

/** Which devices to export, with the filters of their list, and how. */
export class ExportDevicesQuery extends OmitType(ListDevicesQuery, ['skip', 'limit', 'sort']) {
  @ApiPropertyOptional({ enum: importFormats, default: 'csv' })
  @IsIn(importFormats)
  format: ImportFormat = 'csv';
}
