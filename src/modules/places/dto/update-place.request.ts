import { ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, ValidateNested } from 'class-validator';
import { ReadOnly } from '../../../core/http/read-only.js';
import { CreatePlaceRequest } from './create-place.request.js';
import { PlaceLocationPatch } from './place-location.request.js';

/** What changes of a place: absent fields stay, null clears; another parent_id moves it with all below it. */
export class UpdatePlaceRequest extends PartialType(CreatePlaceRequest, { skipNullProperties: false }) {
  @ReadOnly()
  id?: unknown;

  @ReadOnly({ type: Object, nullable: true })
  profile?: unknown;

  @ReadOnly({ type: [Object] })
  path?: unknown;

  @ReadOnly({ type: Number })
  child_count?: unknown;

  @ReadOnly({ type: Number })
  device_count?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}

/** A JSON merge patch: `attributes` and `location` are merged into what is stored, key by key. */
export class PatchPlaceRequest extends OmitType(UpdatePlaceRequest, ['location']) {
  @ApiPropertyOptional({ type: PlaceLocationPatch, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlaceLocationPatch)
  location?: PlaceLocationPatch | null;
}
