import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { IsJsonObject, IsText } from '../../../../core/json/is-storable.decorator.js';
import { whyNotSchema } from '../../../../core/json/json-schema.js';
import { builtInCodecs, type BuiltInCodec } from '../built-in-codec.contract.js';
import { maxLabels, metadataLimits } from '../../dto/register-device.request.js';

export const schemaLimits = { maxBytes: 65_536, maxDepth: 32 };
const maxMeasurements = 200;

/** A JSON Schema that compiles. */
const IsJsonSchema = () =>
  ValidateBy({
    name: 'isJsonSchema',
    validator: {
      validate: (value: unknown) => typeof value !== 'object' || value === null || whyNotSchema(value) === undefined,
      defaultMessage: (args) => whyNotSchema(args?.value as object) ?? '',
    },
  });

/** One reading that devices of a kind send. */
export class MeasurementRequest {
  @ApiProperty({ description: 'Its key in the decoded values.', example: 'temperature', maxLength: 100 })
  @IsText({ max: 100 })
  key!: string;

  @ApiProperty({ description: 'What people call it.', example: 'Air temperature', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: '°C', maxLength: 30 })
  @IsOptional()
  @IsText({ min: 0, max: 30 })
  unit?: string | null;
}

/** What a new device of a kind is given unless its registration says otherwise. */
export class ProfileDefaultsRequest {
  @ApiPropertyOptional({ type: [String], nullable: true, description: 'The labels it wears.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxLabels)
  @IsUUID('all', { each: true })
  label_ids?: string[] | null;

  @ApiPropertyOptional({ type: Object, nullable: true, example: { vendor: 'Milesight' } })
  @IsOptional()
  @IsJsonObject(metadataLimits)
  metadata?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: String, format: 'uuid', nullable: true, description: 'The place it stands in.' })
  @IsOptional()
  @IsUUID('all')
  place_id?: string | null;
}

/** A new device profile; only its name is required. */
export class CreateDeviceProfileRequest {
  @ApiProperty({ description: 'Unique in the tenant, without case.', example: 'EM300-TH', maxLength: 100 })
  @IsText({ max: 100 })
  name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 2000,
    example: 'Milesight, temperature and humidity',
  })
  @IsOptional()
  @IsText({ min: 0, max: 2_000 })
  description?: string | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'Minutes in which a message is expected of devices that have no expected_transmit_time of their own.',
    example: 30,
    minimum: 1,
    maximum: 1440,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_440)
  expected_interval?: number | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The function that decodes uplinks without `object`: one with decodeUplink, Decoder or Decode.',
  })
  @IsOptional()
  @IsUUID('all')
  codec_function_id?: string | null;

  @ApiPropertyOptional({
    enum: builtInCodecs,
    nullable: true,
    description: 'A codec that is built in, in the place of a function: one of the two at the most.',
  })
  @IsOptional()
  @IsIn(builtInCodecs)
  codec?: BuiltInCodec | null;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    additionalProperties: true,
    description: 'JSON Schema (draft 2020-12 or 7) that configs of its devices must satisfy; up to 64 KiB.',
    example: { type: 'object', required: ['ssid'], properties: { ssid: { type: 'string' } } },
  })
  @IsOptional()
  @IsJsonObject(schemaLimits)
  @IsJsonSchema()
  config_schema?: Record<string, unknown> | null;

  @ApiPropertyOptional({ type: [MeasurementRequest], nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxMeasurements)
  @ArrayUnique(({ key }: MeasurementRequest) => key, { message: 'measurements must not have the same key twice' })
  @ValidateNested({ each: true })
  @Type(() => MeasurementRequest)
  measurements?: MeasurementRequest[] | null;

  @ApiPropertyOptional({ type: ProfileDefaultsRequest, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProfileDefaultsRequest)
  defaults?: ProfileDefaultsRequest | null;
}
