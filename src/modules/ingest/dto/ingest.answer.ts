import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What ChirpStack is told. It reads only the status; people read the rest. */
export class IngestAnswer {
  @ApiProperty({ description: 'The message is stored for a known device and its flows run.', example: true })
  success: boolean;

  @ApiProperty({ format: 'uuid', description: 'The stored event; of a duplicate the first one.' })
  event_id: string;

  @ApiProperty({
    format: 'uuid',
    nullable: true,
    type: String,
    description: 'Null while the message is parked, and while it is spooled.',
  })
  device_id: string | null;

  @ApiProperty({ example: 'A84041FFFF1234AB' })
  dev_eui: string;

  @ApiProperty({ description: 'The same event had been received before; nothing runs again.', example: false })
  duplicate: boolean;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiPropertyOptional({ enum: ['unknown_device', 'missing_dev_eui'], description: 'Why success is false.' })
  error?: 'unknown_device' | 'missing_dev_eui';

  @ApiPropertyOptional({ description: 'No device has this DevEUI yet; the message is kept until one does.' })
  parked?: boolean;

  @ApiPropertyOptional({
    description:
      'The database is away: the message is on this server’s disk and goes on when the database is back. Whether it is a duplicate, and whose it is, is decided then.',
  })
  spooled?: boolean;
}
