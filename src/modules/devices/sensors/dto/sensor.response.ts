import { ApiProperty } from '@nestjs/swagger';
import type { Sensor } from '../sensors-of.rules.js';

/** One reading that a device sends. */
export class SensorResponse {
  @ApiProperty({ description: 'Of the device and the key; unique.', example: 'Room 12.temperature' })
  name: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  @ApiProperty({ example: 'Room 12' })
  device_name: string;

  @ApiProperty({ description: 'Its name in the series of the device.', example: 'temperature' })
  key: string;

  @ApiProperty({ type: String, nullable: true, description: 'As the profile calls it.', example: 'Air temperature' })
  label: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As the profile says it.', example: '°C' })
  unit: string | null;

  constructor({ name, deviceId, deviceName, key, label, unit }: Sensor) {
    this.name = name;
    this.device_id = deviceId;
    this.device_name = deviceName;
    this.key = key;
    this.label = label;
    this.unit = unit;
  }
}

const anyValue = { oneOf: [{ type: 'number' }, { type: 'boolean' }, { type: 'string' }] };

/** What a sensor said last. */
export class SensorReadingResponse {
  @ApiProperty({ ...anyValue, example: 21.5 })
  value: number | boolean | string;

  @ApiProperty({ type: String, nullable: true, example: '°C' })
  unit: string | null;

  @ApiProperty({ format: 'date-time', description: 'The message’s own time.' })
  timestamp: string;

  @ApiProperty({ format: 'uuid' })
  device_id: string;

  constructor({ value, unit, timeMs, deviceId }: Sensor) {
    this.value = value;
    this.unit = unit;
    this.timestamp = new Date(timeMs).toISOString();
    this.device_id = deviceId;
  }
}
