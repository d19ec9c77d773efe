import { ApiProperty } from '@nestjs/swagger';
import { anyJson } from '../../../../core/json/any-json.js';

/** One attribute with its value. */
export class AttributeResponse {
  @ApiProperty({ example: 'latitude' })
  key: string;

  @ApiProperty({ ...anyJson, example: 28.6139 })
  value: unknown;

  @ApiProperty({ description: 'When anything of the row was edited last, in milliseconds.', example: 1763715600000 })
  lastUpdateTs: number;

  constructor(key: string, value: unknown, updatedAt: Date) {
    this.key = key;
    this.value = value;
    this.lastUpdateTs = updatedAt.getTime();
  }
}
