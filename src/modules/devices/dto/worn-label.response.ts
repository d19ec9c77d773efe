import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import type { Label, WornLabel } from '../../labels/label.entity.js';

/** A label as a device wears it. */
export class WornLabelResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'greenhouse' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '#2e7d32' })
  color: string | null;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  constructor({ id, name, color, description }: Row<Label>) {
    this.id = id;
    this.name = name;
    this.color = color;
    this.description = description;
  }
}

/** A label that was put on a device, with the devices that wear it now. */
export class LabelWearersResponse extends WornLabelResponse {
  @ApiProperty({ example: 12 })
  device_count: number;

  @ApiProperty({ type: [String], description: 'At most 1,000; GET /labels/{id}/devices pages through all.' })
  device_ids: string[];

  constructor({ label, deviceCount, deviceIds }: WornLabel) {
    super(label);
    this.device_count = deviceCount;
    this.device_ids = deviceIds;
  }
}
