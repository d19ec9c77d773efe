import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../../core/database/row.js';
import type { ConfigContent } from '../../config.rules.js';
import { authors, type Author, type ConfigRevision } from '../config-revision.entity.js';
import type { ListedRevision } from '../config-revisions.repository.js';

/** A revision in a list. */
export class ConfigRevisionResponse {
  @ApiProperty({ example: 3 })
  revision: number;

  @ApiProperty({
    enum: authors,
    description: 'Who made it; `file`: by hand, in the folder of ESP32_CONFIGS_DIR.',
    example: 'user',
  })
  by: Author;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of the user or the key.' })
  by_id: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'The revision that was restored by it.', example: null })
  restored_from: number | null;

  @ApiProperty({ description: 'The config was deleted by it.', example: false })
  deleted: boolean;

  @ApiProperty({ description: 'Whether it is the one that counts.', example: true })
  current: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  constructor(revision: ListedRevision, current: number) {
    this.revision = revision.revision;
    this.by = revision.madeBy;
    this.by_id = revision.madeById;
    this.restored_from = revision.restoredFrom;
    this.deleted = revision.wasDeleted;
    this.current = revision.revision === current;
    this.created_at = revision.createdAt.toISOString();
  }
}

/** A revision with its content. */
export class ConfigRevisionDetail extends ConfigRevisionResponse {
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    nullable: true,
    description: 'Null: the config was deleted by it.',
    example: { deviceName: 'Living room' },
  })
  content: ConfigContent | null;

  constructor(revision: Row<ConfigRevision>, current: number) {
    super({ ...revision, wasDeleted: revision.content === null }, current);
    this.content = revision.content === null ? null : (JSON.parse(revision.content) as ConfigContent);
  }
}
