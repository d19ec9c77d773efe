import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsOptional } from 'class-validator';
import { defaultScheduleMs } from '../../../core/outbound/connection-config.js';
import { defaultMeasurement, precisions, type Precision } from '../config/storage-config.js';

const secret = 'Secret: read back as ********, which keeps it when sent again.';

/** What a storage says of its database; which fields a type has, and their limits, is checked in config/. */
export class StorageFields {
  @ApiProperty({ description: 'Name or address.', example: 'influx.example.org', maxLength: 255 })
  @Allow()
  host!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 65535, description: 'Default 8086, with SQL 5432.' })
  @IsOptional()
  port?: number;

  @ApiPropertyOptional({ description: 'Required but for influxdb2.', example: 'telemetry' })
  @IsOptional()
  database?: string;

  @ApiPropertyOptional({ description: 'Required with SQL.', example: 'fieldline' })
  @IsOptional()
  username?: string;

  @ApiPropertyOptional({ description: secret, example: '********' })
  @IsOptional()
  password?: string;

  @ApiPropertyOptional({ description: `influxdb2, required. ${secret}`, example: '********' })
  @IsOptional()
  token?: string;

  @ApiPropertyOptional({ description: 'influxdb2, required.' })
  @IsOptional()
  org?: string;

  @ApiPropertyOptional({ description: 'influxdb2, required.' })
  @IsOptional()
  bucket?: string;

  @ApiPropertyOptional({ description: 'influxdb; without it, the database’s default one.' })
  @IsOptional()
  retention_policy?: string;

  @ApiPropertyOptional({ enum: precisions, default: 'ms', description: 'InfluxDB: of the written times.' })
  @IsOptional()
  precision?: Precision;

  @ApiPropertyOptional({
    type: [String],
    description: 'InfluxDB: fields that are written as integers; all other numbers are floats.',
    example: ['counter'],
  })
  @IsOptional()
  integer_fields?: string[];

  @ApiPropertyOptional({
    description: 'What points are called; may hold {{path}}.',
    default: defaultMeasurement,
    example: 'climate',
  })
  @IsOptional()
  measurement?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Tags beside device, device_id, dev_eui, event, labels and profile; may hold {{path}}, and are left out where it leads nowhere.',
    example: { site: '{{device.metadata.site}}' },
  })
  @IsOptional()
  tags?: Record<string, string>;

  @ApiPropertyOptional({ description: 'SQL: name or schema.name.', default: defaultMeasurement })
  @IsOptional()
  table?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'SQL: make the table where it is missing; as a hypertable where TimescaleDB is there.',
  })
  @IsOptional()
  create_table?: boolean;

  @ApiPropertyOptional({
    type: 'object',
    properties: {
      ca: { type: 'string', description: 'PEM.' },
      cert: { type: 'string', description: 'PEM.' },
      key: { type: 'string', description: `PEM. ${secret}` },
      reject_unauthorized: { type: 'boolean', default: true },
    },
    description: 'Present, even empty, means TLS.',
  })
  @IsOptional()
  tls?: object;

  @ApiPropertyOptional({ type: 'integer', minimum: 1000, maximum: 30000, default: 10000, description: 'One write.' })
  @IsOptional()
  timeout_ms?: number;

  @ApiPropertyOptional({
    type: [Number],
    description: 'Delays before each attempt in ms, each ±20 %.',
    default: [...defaultScheduleMs],
  })
  @IsOptional()
  schedule_ms?: number[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, description: 'Attempts under way at once.' })
  @IsOptional()
  max_in_flight?: number;

  @ApiPropertyOptional({ description: 'Attempts per second at most.' })
  @IsOptional()
  rate_per_second?: number;
}
