import { ApiProperty } from '@nestjs/swagger';
import type { Content } from '../place-devices.repository.js';
import { contentKinds } from './list-contents.query.js';

/** The place that contains. */
export class ContainingPlace {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Netherlands' })
  name: string;

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
  }
}

/** The place or device that is contained. */
export class ContainedThing {
  @ApiProperty({ enum: contentKinds })
  kind: 'place' | 'device';

  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'South Holland' })
  name: string;

  @ApiProperty({ type: String, nullable: true, description: 'The name of its profile.', example: 'State' })
  profile: string | null;

  constructor({ kind, id, name, profileName }: Content) {
    this.kind = kind;
    this.id = id;
    this.name = name;
    this.profile = profileName;
  }
}

/** One relation of the hierarchy. */
export class ContainsResponse {
  @ApiProperty({ enum: ['contains'] })
  type = 'contains' as const;

  @ApiProperty({ type: ContainingPlace })
  from: ContainingPlace;

  @ApiProperty({ type: ContainedThing })
  to: ContainedThing;

  constructor(placeId: string, content: Content) {
    this.from = new ContainingPlace(placeId, content.placeName);
    this.to = new ContainedThing(content);
  }
}
