import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { FunctionVersion } from '../function-version.entity.js';
import type { FunctionSave } from '../function-versions.repository.js';
import { FunctionParameterRequest } from './function-parameter.request.js';

/** That a function was saved, when, and by whom. */
export class FunctionSaveResponse {
  @ApiProperty({ example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user; null when a key saved it.' })
  created_by: string | null;

  constructor(save: FunctionSave) {
    this.version = save.version;
    this.created_at = save.createdAt.toISOString();
    this.created_by = save.createdBy;
  }
}

/** What a function was at one save. */
export class FunctionVersionResponse extends FunctionSaveResponse {
  @ApiProperty()
  code: string;

  @ApiProperty({ type: [FunctionParameterRequest] })
  parameters: object;

  constructor(version: Row<FunctionVersion>) {
    super(version);
    this.code = version.code;
    this.parameters = version.parameters;
  }
}
