import { ApiProperty } from '@nestjs/swagger';
import type { KnownApiKey } from '../api-key.entity.js';
import { scopes, type Scope } from '../principal.decorator.js';

/** An API key, without what would open anything. */
export class ApiKeyResponse {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'ChirpStack' })
  name: string;

  @ApiProperty({ description: 'The public beginning of the key.', example: 'flk_9f86d081884c7d65' })
  prefix: string;

  @ApiProperty({ enum: scopes, isArray: true, example: ['ingest'] })
  scopes: Scope[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at: string | null;

  @ApiProperty({ description: 'Devices of unknown DevEUIs are made of the messages that come in with it.' })
  auto_register: boolean;

  @ApiProperty({ type: [String], description: 'The labels that those devices wear.' })
  default_label_ids: string[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The profile of those devices.' })
  profile_id: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it last opened something, to the minute and up to a minute late.',
  })
  last_used_at: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  constructor(apiKey: KnownApiKey) {
    this.id = apiKey.id;
    this.name = apiKey.name;
    this.prefix = apiKey.prefix;
    this.scopes = apiKey.scopes;
    this.expires_at = apiKey.expiresAt?.toISOString() ?? null;
    this.auto_register = apiKey.autoRegister;
    this.default_label_ids = apiKey.defaultLabelIds;
    this.profile_id = apiKey.profileId;
    this.last_used_at = apiKey.lastUsedAt?.toISOString() ?? null;
    this.created_at = apiKey.createdAt.toISOString();
  }
}

/** A new API key with the key itself, which is not stored and never shown again. */
export class NewApiKeyResponse extends ApiKeyResponse {
  @ApiProperty({
    description: 'To be sent as `Authorization: Bearer …` or `X-API-Key: …`.',
    example: 'flk_9f86d081884c7d65_…',
  })
  key: string;

  constructor(apiKey: KnownApiKey, key: string) {
    super(apiKey);
    this.key = key;
  }
}

/** What may come back as it was read, but not set: another scope is another key. */
export const readOnlyApiKeyFields = {
  id: 'same',
  prefix: 'same',
  scopes: 'same',
  last_used_at: 'not_later',
  created_at: 'same',
} as const;
