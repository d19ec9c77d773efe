import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Scope } from './principal.decorator.js';
import type { Row } from './row.js';

/** A machine's key to one tenant. Of its secret only the hash is kept; a revoked one stays as a tombstone. */
@Entity('api_keys')
@Unique('UQ_api_keys_prefix', ['prefix'])
@Unique('UQ_api_keys_tenant_id_id', ['tenantId', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_api_keys' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  /** The key's public beginning, by which people recognise it and the authenticator finds it. */
  @Column('text')
  prefix!: string;

  /** SHA-256 of the secret: 256 random bits need no slow hash. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Devices of unknown DevEUIs are made of the messages that come in with it. */
  @Column('boolean', { name: 'auto_register', default: false })
  autoRegister!: boolean;

  /** The profile of those devices, of a floor above: the migration has the foreign key. Their labels: api_key_labels. */
  @Column('uuid', { name: 'profile_id', nullable: true })
  profileId!: string | null;

  /** To the minute; written behind the requests. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

/** A key with the labels that the devices wear which it makes. */
export interface KnownApiKey extends Row<ApiKey> {
  defaultLabelIds: string[];
}
