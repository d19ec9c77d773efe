import { ApiProperty } from '@nestjs/swagger';
import { integrationTypes, type IntegrationType } from '../config/integration-config.js';
import { laneHealths, type LaneHealth } from '../../../core/queue/lane-health.js';
import type { IntegrationRow } from '../integrations.repository.js';
import { configSchema } from './integration-config.schema.js';

/** An integration as clients see it: secrets are masked. */
export class IntegrationResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Cold chain alerts' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  @ApiProperty({ enum: integrationTypes })
  type: IntegrationType;

  @ApiProperty(configSchema)
  config: object;

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

  constructor(integration: IntegrationRow) {
    this.id = integration.id;
    this.name = integration.name;
    this.description = integration.description;
    this.type = integration.type;
    this.config = integration.config;
    this.enabled = integration.enabled;
    this.status = integration.enabled ? 'active' : 'inactive';
    this.health = integration.health;
    this.version = integration.version;
    this.created_at = integration.createdAt.toISOString();
    this.updated_at = integration.updatedAt.toISOString();
  }
}
