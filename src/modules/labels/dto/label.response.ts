import { ApiProperty } from '@nestjs/swagger';
import type { CountedLabel, WornLabel } from '../label.entity.js';

/** A label in a list. */
export class LabelResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'greenhouse' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '#2e7d32' })
  color: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Everything under glass' })
  description: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  @ApiProperty({ description: 'How many devices wear it.', example: 12 })
  device_count: number;

  constructor({ label, deviceCount }: CountedLabel) {
    this.id = label.id;
    this.name = label.name;
    this.color = label.color;
    this.description = label.description;
    this.created_at = label.createdAt.toISOString();
    this.updated_at = label.updatedAt.toISOString();
    this.device_count = deviceCount;
  }
}

/** A label with its devices. */
export class LabelDetail extends LabelResponse {
  @ApiProperty({ type: [String], description: 'At most 1,000; GET /labels/{id}/devices pages through all.' })
  device_ids: string[];

  constructor(worn: WornLabel) {
    super(worn);
    this.device_ids = worn.deviceIds;
  }
}
