import { ApiProperty } from '@nestjs/swagger';
import { NamedPlaceProfile, PlaceLocationResponse } from '../../dto/place.response.js';
import type { Branch } from '../place-branch.rules.js';

/** A place with what it contains. */
export class PlaceBranchResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'South Holland' })
  name: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: it stands at the top.' })
  parent_id: string | null;

  @ApiProperty({ type: NamedPlaceProfile, nullable: true })
  profile: NamedPlaceProfile | null;

  @ApiProperty({ type: PlaceLocationResponse, nullable: true })
  location: PlaceLocationResponse | null;

  @ApiProperty({ description: 'Places directly below it, shown or not.', example: 3 })
  child_count: number;

  @ApiProperty({ description: 'Devices that stand directly in it.', example: 12 })
  device_count: number;

  @ApiProperty({ description: 'Those and the devices in all places below it.', example: 140 })
  total_device_count: number;

  @ApiProperty({
    type: () => [PlaceBranchResponse],
    description: 'The places directly below it, by name.',
    example: [],
  })
  contains: PlaceBranchResponse[];

  constructor(branch: Branch) {
    const { profileId, profileName } = branch;
    this.id = branch.id;
    this.name = branch.name;
    this.parent_id = branch.parentId;
    this.profile = profileId === null || profileName === null ? null : new NamedPlaceProfile(profileId, profileName);
    this.location = branch.location === null ? null : new PlaceLocationResponse(branch.location);
    this.child_count = branch.childCount;
    this.device_count = branch.deviceCount;
    this.total_device_count = branch.totalDeviceCount;
    this.contains = branch.contains.map((child) => new PlaceBranchResponse(child));
  }
}
