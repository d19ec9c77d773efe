import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsUUID } from 'class-validator';
import { IsJsonObject } from '../../../../core/json/is-storable.decorator.js';
import { contentLimits, type ConfigContent } from '../../config.rules.js';

/** A config for every device that wears a label. */
export class AssignConfigRequest {
  @ApiProperty({ format: 'uuid', description: 'Whose devices get it.' })
  @IsUUID('all')
  label_id!: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description:
      'In its texts `{{device.name}}`, `{{device.mac}}`, `{{device.metadata.room}}` and the like are replaced by what each device says.',
    example: { deviceName: '{{device.name}}', enableOTA: true },
  })
  @IsJsonObject(contentLimits)
  content!: ConfigContent;

  @ApiPropertyOptional({
    default: true,
    description: 'False: devices that have a config keep it, and are told as failed.',
  })
  @IsOptional()
  @IsBoolean()
  allow_overwrite?: boolean | null;

  @ApiPropertyOptional({ default: false, description: 'Says what would happen, and does nothing.' })
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean | null;
}
