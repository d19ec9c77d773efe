import { ApiProperty } from '@nestjs/swagger';

/** A reading that the device has sent at least once. */
export class SeriesKeyResponse {
  @ApiProperty({ example: 'air.temperature', description: 'Dotted, as the message nests it.' })
  key: string;

  constructor({ key }: { key: string }) {
    this.key = key;
  }
}
