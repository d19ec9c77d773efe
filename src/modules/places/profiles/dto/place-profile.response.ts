import { ApiProperty } from '@nestjs/swagger';
import type { CountedPlaceProfile } from '../place-profile.entity.js';

/** A kind of place. */
export class PlaceProfileResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Building' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'With an address and floors' })
  description: string | null;

  @ApiProperty({ description: 'How many places are of it.', example: 3 })
  place_count: number;

  @ApiProperty({ description: 'Counts the edits.', example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(profile: CountedPlaceProfile) {
    this.id = profile.id;
    this.name = profile.name;
    this.description = profile.description;
    this.place_count = profile.placeCount;
    this.version = profile.version;
    this.created_at = profile.createdAt.toISOString();
    this.updated_at = profile.updatedAt.toISOString();
  }
}
