import { ApiProperty } from '@nestjs/swagger';

/** A row that an entry of a history is about, by the name that it has now, or had when it was deleted. */
export class NamedResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: String, nullable: true, example: 'Alerts' })
  name: string | null;

  constructor(id: string, name: string | null) {
    this.id = id;
    this.name = name;
  }
}
