import { ApiProperty } from '@nestjs/swagger';
import { deviceStatuses, type DeviceStatus, type KnownDevice } from '../device-state.entity.js';
import type { DeviceLocation } from '../device.entity.js';
import { plainLatest } from '../device.rules.js';

/** What is read where a secret is stored. */
export const appKeyMask = '********';

/** Where a device stands. */
export class DeviceLocationResponse {
  @ApiProperty({ example: 52.3731 })
  latitude: number;

  @ApiProperty({ example: 4.8922 })
  longitude: number;

  @ApiProperty({ type: Number, nullable: true, example: 2 })
  altitude: number | null;

  @ApiProperty({ example: 'manual' })
  source: string;

  constructor(location: DeviceLocation) {
    this.latitude = location.latitude;
    this.longitude = location.longitude;
    this.altitude = location.altitude;
    this.source = location.source;
  }
}

/** Whose or where a device is, by name. */
export class NamedBelonging {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'EM300-TH' })
  name: string;

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
  }
}

/** One device, with what its messages said last. */
export class DeviceResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Greenhouse 3, north' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '24E124136D151234' })
  dev_eui: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'a4-cf-12-6b-00-7e' })
  mac: string | null;

  @ApiProperty({ type: String, nullable: true })
  uuid: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'SN-004711' })
  serial: string | null;

  @ApiProperty({ type: String, nullable: true, example: '70B3D57ED0000001' })
  app_eui: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'A mask where a key is stored.', example: appKeyMask })
  app_key: string | null;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Naaldwijk, bay 12' })
  site: string | null;

  @ApiProperty({ type: [String] })
  label_ids: string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  profile_id: string | null;

  @ApiProperty({ type: NamedBelonging, nullable: true })
  profile: NamedBelonging | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  place_id: string | null;

  @ApiProperty({ type: NamedBelonging, nullable: true })
  place: NamedBelonging | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Minutes.', example: 30 })
  expected_transmit_time: number | null;

  @ApiProperty({ enum: deviceStatuses })
  status: DeviceStatus;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  last_seen_at: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When its first telemetry came: whoever provisioned it knows by this that it works.',
  })
  handshake_at: string | null;

  @ApiProperty({ type: Object, description: 'The last decoded value of each key.', example: { temperature: 21.5 } })
  latest: Record<string, unknown>;

  @ApiProperty({ type: Object, example: { crop: 'tomato' } })
  metadata: object;

  @ApiProperty({ type: DeviceLocationResponse, nullable: true })
  location: DeviceLocationResponse | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(device: KnownDevice) {
    this.id = device.id;
    this.name = device.name;
    this.dev_eui = device.devEui;
    this.mac = device.mac;
    this.uuid = device.uuid;
    this.serial = device.serial;
    this.app_eui = device.appEui;
    this.app_key = device.appKeySealed === null ? null : appKeyMask;
    this.description = device.description;
    this.site = device.site;
    this.label_ids = device.labelIds;
    this.profile_id = device.profileId;
    this.profile = belongingOf(device.profileId, device.profileName);
    this.place_id = device.placeId;
    this.place = belongingOf(device.placeId, device.placeName);
    this.expected_transmit_time = device.expectedTransmitTime;
    this.status = device.status;
    this.last_seen_at = device.lastSeenAt?.toISOString() ?? null;
    this.handshake_at = device.handshakeAt?.toISOString() ?? null;
    this.latest = plainLatest(device.latest);
    this.metadata = device.metadata;
    this.location = device.location === null ? null : new DeviceLocationResponse(device.location);
    this.created_at = device.createdAt.toISOString();
    this.updated_at = device.updatedAt.toISOString();
  }
}

function belongingOf(id: string | null, name: string | null): NamedBelonging | null {
  return id === null || name === null ? null : new NamedBelonging(id, name);
}
