import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '../principal.decorator.js';
import { TenantEntity } from '../tenant.entity.js';

/** A link into a tenant, for one person, once. */
@Entity('invitations')
@Unique('UQ_invitations_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_invitations_tenant_id_email', ['tenantId', 'email'], {
  unique: true,
  where: 'accepted_at IS NULL AND revoked_at IS NULL',
})
@Check('CK_invitations_role', `role IN ('viewer', 'editor', 'admin')`)
export class Invitation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_invitations' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_invitations_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Lower case. */
  @Column('text')
  email!: string;

  @Column('text')
  role!: Role;

  /** SHA-256 of the link's secret: 256 random bits need no slow hash. */
  @Column('bytea', { name: 'secret_hash' })
  secretHash!: Buffer;

  @Column('uuid', { name: 'invited_by', nullable: true })
  invitedBy!: string | null;

  @Column('uuid', { name: 'accepted_by', nullable: true })
  acceptedBy!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'accepted_at', nullable: true })
  acceptedAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
