import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person whom an OIDC issuer vouches for, as a user of one tenant. */
@Entity('oidc_identities')
@Index('IDX_oidc_identities_tenant_id', ['tenantId'])
@Index('IDX_oidc_identities_user_id', ['userId'])
export class OidcIdentity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_oidc_identities' })
  issuer!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_oidc_identities' })
  subject!: string;

  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_oidc_identities' })
  tenantId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  /** When the newest token was made that said which role they have. */
  @Column('timestamptz', { name: 'role_as_of' })
  roleAsOf!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
