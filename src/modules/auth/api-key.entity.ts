import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Scope } from './principal.decorator.js';

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

  /** To the minute; written behind the requests. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
