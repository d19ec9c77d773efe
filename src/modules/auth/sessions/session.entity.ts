import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** One login of one user into one tenant; every access token of ours names the session it lives by. */
@Entity('sessions')
@Unique('UQ_sessions_oidc_key', ['oidcKey'])
@Index('IDX_sessions_user_id', ['userId'])
@Index('IDX_sessions_expires_at', ['expiresAt'])
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_sessions' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('boolean', { default: false })
  remembered!: boolean;

  /** When the password was last given; a session that was switched to from another one keeps that one's. */
  @Column('timestamptz', { name: 'authenticated_at', default: () => 'now()' })
  authenticatedAt!: Date;

  @Column('timestamptz', { name: 'refreshed_at', default: () => 'now()' })
  refreshedAt!: Date;

  /** How often it was refreshed: which of its refresh tokens is the one that is good. */
  @Column('integer', { name: 'refresh_generation', default: 0 })
  refreshGeneration!: number;

  /** Random; with SECRET_KEY, from which nobody can tell it, it gives all refresh tokens of the session. */
  @Column('bytea', { name: 'refresh_salt', nullable: true })
  refreshSalt!: Buffer | null;

  /** Of the refresh token that is good. Null: opened by a version that knew none. */
  @Column('bytea', { name: 'refresh_hash', nullable: true })
  refreshHash!: Buffer | null;

  /** Of a login at an OIDC issuer: the hash of how its tokens name it. Null: a login here. */
  @Column('bytea', { name: 'oidc_key', nullable: true })
  oidcKey!: Buffer | null;

  /** Where an issuer's token decides: when that ends. No refresh of ours goes beyond. */
  @Column('timestamptz', { name: 'ends_by', nullable: true })
  endsBy!: Date | null;

  /** Where it was opened from. */
  @Column('text', { nullable: true })
  address!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
