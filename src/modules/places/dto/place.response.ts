import { ApiProperty } from '@nestjs/swagger';
import type { KnownPlace, PlaceLocation } from '../place.entity.js';

/** The coordinates of a place. */
export class PlaceLocationResponse {
  @ApiProperty({ example: 52.0116 })
  latitude: number;

  @ApiProperty({ example: 4.3571 })
  longitude: number;

  @ApiProperty({ type: Number, nullable: true, example: 2 })
  altitude: number | null;

  constructor({ latitude, longitude, altitude }: PlaceLocation) {
    this.latitude = latitude;
    this.longitude = longitude;
    this.altitude = altitude;
  }
}

/** The kind of a place, by name. */
export class NamedPlaceProfile {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'State' })
  name: string;

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
  }
}

/** A place above another, by name. */
export class NamedPlace {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Netherlands' })
  name!: string;
}

/** A node of the hierarchy that devices stand in. */
export class PlaceResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'South Holland' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Everything west of Utrecht' })
  description: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: it stands at the top.' })
  parent_id: string | null;

  @ApiProperty({ type: [NamedPlace], description: 'The places that it stands in, from the top.' })
  path: NamedPlace[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  profile_id: string | null;

  @ApiProperty({ type: NamedPlaceProfile, nullable: true })
  profile: NamedPlaceProfile | null;

  @ApiProperty({ type: PlaceLocationResponse, nullable: true })
  location: PlaceLocationResponse | null;

  @ApiProperty({ type: Object, example: { country_code: 'NL' } })
  attributes: object;

  @ApiProperty({ description: 'Places directly below it.', example: 3 })
  child_count: number;

  @ApiProperty({ description: 'Devices that stand directly in it.', example: 12 })
  device_count: number;

  @ApiProperty({ description: 'Counts the edits.', example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(place: KnownPlace) {
    const { profileId, profileName } = place;
    this.id = place.id;
    this.name = place.name;
    this.description = place.description;
    this.parent_id = place.parentId;
    this.path = place.path;
    this.profile_id = profileId;
    this.profile = profileId === null || profileName === null ? null : new NamedPlaceProfile(profileId, profileName);
    this.location = place.location === null ? null : new PlaceLocationResponse(place.location);
    this.attributes = place.attributes;
    this.child_count = place.childCount;
    this.device_count = place.deviceCount;
    this.version = place.version;
    this.created_at = place.createdAt.toISOString();
    this.updated_at = place.updatedAt.toISOString();
  }
}
