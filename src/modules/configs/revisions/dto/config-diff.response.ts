import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { anyJson } from '../../../../core/json/any-json.js';
import type { ContentChange } from '../config-diff.rules.js';

const ops = ['add', 'remove', 'replace'] as const;

/** One place in which two revisions differ. */
export class ContentChangeResponse {
  @ApiProperty({ enum: ops })
  op!: (typeof ops)[number];

  @ApiProperty({ description: 'A JSON Pointer (RFC 6901).', example: '/wifi/ssid' })
  path!: string;

  @ApiPropertyOptional({ ...anyJson, description: 'Absent where there was nothing.' })
  before?: unknown;

  @ApiPropertyOptional({ ...anyJson, description: 'Absent where there is nothing.' })
  after?: unknown;
}

/** How one revision became another. */
export class ConfigDiffResponse {
  @ApiProperty({ example: 2 })
  from: number;

  @ApiProperty({ example: 3 })
  to: number;

  @ApiProperty({ type: [ContentChangeResponse] })
  changes: ContentChangeResponse[];

  constructor(from: number, to: number, changes: ContentChange[]) {
    this.from = from;
    this.to = to;
    this.changes = changes;
  }
}
