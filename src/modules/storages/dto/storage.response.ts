import { ApiProperty } from '@nestjs/swagger';
import { laneHealths, type LaneHealth } from '../../../core/queue/lane-health.js';
import { storageTypes, type StorageType } from '../config/storage-config.js';
import type { StorageRow } from '../storages.repository.js';
import { StorageFields } from './storage-fields.js';

/** A storage as clients see it: secrets are masked, and what its type has no use for is absent. */
export class StorageResponse extends StorageFields {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Climate archive' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ enum: storageTypes })
  type: StorageType;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ enum: ['active', 'inactive'] })
  status: 'active' | 'inactive';

  @ApiProperty({
    enum: laneHealths,
    description: '`failing`: the last attempts failed; `blocked`: left alone for a while after too many that did.',
  })
  health: LaneHealth;

  @ApiProperty({ description: 'Counts its edits.', example: 1 })
  version: number;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(storage: StorageRow) {
    super();
    this.id = storage.id;
    this.name = storage.name;
    this.description = storage.description;
    this.type = storage.type;
    Object.assign(this, storage.config);
    this.enabled = storage.enabled;
    this.status = storage.enabled ? 'active' : 'inactive';
    this.health = storage.health;
    this.version = storage.version;
    this.created_at = storage.createdAt.toISOString();
    this.updated_at = storage.updatedAt.toISOString();
  }
}
