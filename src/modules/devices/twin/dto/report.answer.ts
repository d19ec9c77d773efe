import { ApiProperty } from '@nestjs/swagger';

/** The report is stored. */
export class ReportAnswer {
  @ApiProperty({ enum: ['ok'] })
  readonly status = 'ok';

  @ApiProperty({ type: 'integer', description: 'Of the reported state, which this report is in.', example: 17 })
  version: number;

  constructor(version: number) {
    this.version = version;
  }
}
