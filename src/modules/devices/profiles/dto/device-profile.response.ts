import { ApiProperty } from '@nestjs/swagger';
import { builtInCodecs, type BuiltInCodec } from '../built-in-codec.contract.js';
import type { KnownDeviceProfile, Measurement } from '../device-profile.entity.js';

/** One reading that devices of a kind send. */
export class MeasurementResponse {
  @ApiProperty({ example: 'temperature' })
  key: string;

  @ApiProperty({ example: 'Air temperature' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '°C' })
  unit: string | null;

  constructor({ key, name, unit }: Measurement) {
    this.key = key;
    this.name = name;
    this.unit = unit;
  }
}

/** What a new device of a kind is given unless its registration says otherwise. */
export class ProfileDefaultsResponse {
  @ApiProperty({ type: [String] })
  label_ids: string[];

  @ApiProperty({ type: Object, example: { vendor: 'Milesight' } })
  metadata: object;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  place_id: string | null;

  constructor(profile: KnownDeviceProfile) {
    this.label_ids = profile.defaultLabelIds;
    this.metadata = profile.defaultMetadata;
    this.place_id = profile.defaultPlaceId;
  }
}

/** What devices of a kind have in common. */
export class DeviceProfileResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'EM300-TH' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Milesight, temperature and humidity' })
  description: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Minutes.', example: 30 })
  expected_interval: number | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  codec_function_id: string | null;

  @ApiProperty({ enum: builtInCodecs, nullable: true, description: 'A built-in codec, in the place of a function.' })
  codec: BuiltInCodec | null;

  @ApiProperty({ type: Object, nullable: true, additionalProperties: true, example: { type: 'object' } })
  config_schema: object | null;

  @ApiProperty({ type: [MeasurementResponse] })
  measurements: MeasurementResponse[];

  @ApiProperty({ type: ProfileDefaultsResponse })
  defaults: ProfileDefaultsResponse;

  @ApiProperty({ description: 'How many devices are of it.', example: 12 })
  device_count: number;

  @ApiProperty({ description: 'Counts the edits.', example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(profile: KnownDeviceProfile) {
    this.id = profile.id;
    this.name = profile.name;
    this.description = profile.description;
    this.expected_interval = profile.expectedInterval;
    this.codec_function_id = profile.codecFunctionId;
    this.codec = profile.codec;
    this.config_schema = profile.configSchema;
    this.measurements = profile.measurements.map((measurement) => new MeasurementResponse(measurement));
    this.defaults = new ProfileDefaultsResponse(profile);
    this.device_count = profile.deviceCount;
    this.version = profile.version;
    this.created_at = profile.createdAt.toISOString();
    this.updated_at = profile.updatedAt.toISOString();
  }
}
