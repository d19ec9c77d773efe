import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { ReadOnly } from '../../../core/http/read-only.js';
import { IsJsonObject } from '../../../core/json/is-storable.decorator.js';
import { contentLimits, type ConfigContent } from '../config.rules.js';

/** A config as it shall be. What GET gave may be sent back whole. */
export class SaveConfigRequest {
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the device shall get; up to 512 KiB.',
    example: { deviceName: 'Living room', deviceEntityId: 'display_1', enableOTA: true },
  })
  // That it is there is asked last, so that whatever else is wrong is named, too.
  @IsOptional()
  @IsJsonObject(contentLimits)
  content!: ConfigContent | undefined | null;

  @ApiPropertyOptional({ default: true, description: 'False: 409 where there is a config already.' })
  @IsOptional()
  @IsBoolean()
  allow_overwrite?: boolean | null;

  @ReadOnly()
  mac_address?: unknown;

  @ReadOnly({ nullable: true })
  device_name?: unknown;

  @ReadOnly({ nullable: true })
  device_entity_id?: unknown;

  @ReadOnly({ type: Boolean, nullable: true })
  enable_ota?: unknown;

  @ReadOnly({ type: Number })
  version?: unknown;

  @ReadOnly()
  created_at?: unknown;

  @ReadOnly()
  updated_at?: unknown;
}
