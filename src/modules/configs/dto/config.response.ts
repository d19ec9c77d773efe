import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../core/database/row.js';
import { countLimit } from '../../../core/http/paging/page.js';
import type { Config } from '../config.entity.js';
import type { ConfigContent } from '../config.rules.js';

/** A config in a list. */
export class ConfigResponse {
  @ApiProperty({ example: 'a4-cf-12-6b-00-7e' })
  mac_address: string;

  @ApiProperty({ type: String, nullable: true, description: '`deviceName` of the content.', example: 'Living room' })
  device_name: string | null;

  @ApiProperty({ type: String, nullable: true, description: '`deviceEntityId` of the content.', example: 'display_1' })
  device_entity_id: string | null;

  @ApiProperty({ type: Boolean, nullable: true, description: '`enableOTA` of the content.', example: true })
  enable_ota: boolean | null;

  @ApiProperty({ description: 'The revision that counts.', example: 3 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(config: Row<Config>) {
    this.mac_address = config.mac;
    this.device_name = config.deviceName;
    this.device_entity_id = config.deviceEntityId;
    this.enable_ota = config.enableOta;
    this.version = config.revision;
    this.created_at = config.createdAt.toISOString();
    this.updated_at = config.updatedAt.toISOString();
  }
}

/** A config with its content. */
export class ConfigDetail extends ConfigResponse {
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the device gets.',
    example: { deviceName: 'Living room', deviceEntityId: 'display_1', enableOTA: true },
  })
  content: ConfigContent;

  constructor(config: Row<Config>) {
    super(config);
    this.content = JSON.parse(config.content ?? '{}') as ConfigContent;
  }
}

/** All configs, as document 003 answers them. */
export class ConfigsResponse {
  @ApiProperty({ type: [ConfigResponse] })
  configs: ConfigResponse[];

  @ApiProperty({ description: 'How many there are, also beyond this page; 10,000 where there are more.', example: 1 })
  count: number;

  constructor(rows: readonly Row<Config>[], count: number) {
    this.configs = rows.map((row) => new ConfigResponse(row));
    this.count = Math.min(count, countLimit);
  }
}
