import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '../../../../core/errors/app-error.js';
import {
  conflictRules,
  importFormats,
  importStates,
  rowStatuses,
  type ConflictRule,
  type DeviceImport,
  type ImportFormat,
  type ImportState,
  type RowStatus,
  type StoredRow,
} from '../device-import.js';

/** A file of devices, and how far it is taken in. */
export class DeviceImportResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({
    enum: importStates,
    description: '`aborted`: the server ended before it had the whole file, of which nothing was taken in.',
  })
  state: ImportState;

  @ApiProperty({ enum: importFormats })
  format: ImportFormat;

  @ApiProperty()
  dry_run: boolean;

  @ApiProperty({ enum: conflictRules })
  on_conflict: ConflictRule;

  @ApiProperty({ description: 'How many rows there are.', example: 10000 })
  total: number;

  @ApiProperty({ description: 'How many of them have been looked at.', example: 4500 })
  done: number;

  @ApiProperty({ example: 4200 })
  created: number;

  @ApiProperty({ example: 250 })
  updated: number;

  @ApiProperty({ example: 0 })
  skipped: number;

  @ApiProperty({ example: 50 })
  errors: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  constructor(imported: DeviceImport) {
    this.id = imported.id;
    this.state = imported.state;
    this.format = imported.format;
    this.dry_run = imported.dryRun;
    this.on_conflict = imported.onConflict;
    this.total = imported.total;
    this.done = imported.done;
    this.created = imported.created;
    this.updated = imported.updated;
    this.skipped = imported.skipped;
    this.errors = imported.failed;
    this.created_at = imported.createdAt.toISOString();
    this.finished_at = imported.finishedAt?.toISOString() ?? null;
  }
}

/** What is wrong with a field of a row. */
export class RowErrorResponse {
  @ApiProperty({ description: 'Empty: the row as a whole.', example: 'dev_eui' })
  path!: string;

  @ApiProperty({ example: 'must be 16 hex digits' })
  message!: string;
}

/** What became of one row. */
export class ImportRowResponse {
  @ApiProperty({ description: 'As the file counts: the header of a CSV file is row 1.', example: 2 })
  row: number;

  @ApiProperty({ enum: rowStatuses })
  status: RowStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'The device that was made or edited, or that was there already.',
  })
  device_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the row calls it.', example: 'Greenhouse 3, north' })
  name: string | null;

  @ApiProperty({ type: [RowErrorResponse] })
  errors: FieldError[];

  constructor({ row, status, deviceId, given, errors }: StoredRow) {
    this.row = row;
    this.status = status;
    this.device_id = deviceId;
    this.name = typeof given['name'] === 'string' ? given['name'] : null;
    this.errors = status === 'pending' ? [] : (errors ?? []);
  }
}
