import { ApiProperty } from '@nestjs/swagger';

/** The message is on disk. */
export class TelemetryAnswer {
  @ApiProperty({ enum: ['ok'] })
  readonly status = 'ok';

  @ApiProperty({ format: 'uuid', description: 'Of a message that came twice, the first one’s.' })
  event_id: string;

  constructor(eventId: string) {
    this.event_id = eventId;
  }
}
