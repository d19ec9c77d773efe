import { ApiProperty } from '@nestjs/swagger';
import type { DeviceLocation } from '../../../devices/device.entity.js';
import type { PlaceOnPath } from '../../../places/paths/place-paths.service.js';
import type { PlacementReport } from '../placement-report.js';

/** A place in which the device stands. */
export class PlaceOfDeviceResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'INDIA' })
  name: string;

  @ApiProperty({ description: 'Whether this call made it.' })
  created: boolean;

  constructor({ id, name, isNew }: PlaceOnPath) {
    this.id = id;
    this.name = name;
    this.created = isNew;
  }
}

/** Where the device is taken to be. */
export class PlacedLocationResponse {
  @ApiProperty({ example: 28.6139 })
  latitude: number;

  @ApiProperty({ example: 77.209 })
  longitude: number;

  @ApiProperty({ type: Number, nullable: true, example: 216 })
  altitude: number | null;

  constructor({ latitude, longitude, altitude }: DeviceLocation) {
    this.latitude = latitude;
    this.longitude = longitude;
    this.altitude = altitude;
  }
}

/** Where a device was placed, and what was made for it. */
export class PlacementResponse {
  @ApiProperty({ description: 'Whether this call made the device.' })
  device_created: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When its first telemetry came; null: it is still to send it.',
  })
  handshake_at: string | null;

  @ApiProperty({ type: [PlaceOfDeviceResponse], description: 'From the top; the device stands in the last one.' })
  path: PlaceOfDeviceResponse[];

  @ApiProperty({
    description: 'Who said where it is: `device`, `ip` (looked up), `default` (its key), `none`; or who said it later.',
    example: 'device',
  })
  location_source: string;

  @ApiProperty({ type: PlacedLocationResponse, nullable: true })
  location: PlacedLocationResponse | null;

  constructor({ isNew, handshakeAt, path, location }: PlacementReport) {
    this.device_created = isNew;
    this.handshake_at = handshakeAt?.toISOString() ?? null;
    this.path = path.map((place) => new PlaceOfDeviceResponse(place));
    this.location_source = location?.source ?? 'none';
    this.location = location === null ? null : new PlacedLocationResponse(location);
  }
}
