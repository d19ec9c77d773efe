import { ApiPropertyOptional } from '@nestjs/swagger';
import type { AttributeSides } from '../attribute-keys.rules.js';

/** A device's attributes; a side without anything is absent. */
export class AttributesResponse {
  @ApiPropertyOptional({ type: Object, description: 'What it reported.', example: { fw: '1.0.0' } })
  client?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({ type: Object, description: 'What it is to be.', example: { interval: 30 } })
  shared?: Readonly<Record<string, unknown>>;

  constructor({ client, shared }: Partial<AttributeSides>) {
    if (client !== undefined) this.client = client;
    if (shared !== undefined) this.shared = shared;
  }
}
