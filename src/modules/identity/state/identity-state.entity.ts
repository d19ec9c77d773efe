import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TenantEntity } from '../../auth/tenant.entity.js';

/** What this instance should be, and what it says that it is. */
export type IdentityStateKind = 'target' | 'current';

/** Who said it: somebody here, or the upstream. */
export type IdentityStateSource = 'local' | 'upstream';

/** One state of this instance as a device; each change makes the next version. */
@Entity('identity_states')
@Check('CK_identity_states_kind', `kind IN ('target', 'current')`)
@Check('CK_identity_states_source', `source IN ('local', 'upstream')`)
export class IdentityState {
  @ForeignKey(() => TenantEntity, { name: 'FK_identity_states_tenant_id', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_identity_states' })
  tenantId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_identity_states' })
  kind!: IdentityStateKind;

  @Column('integer')
  version!: number;

  @Column('jsonb')
  state!: Record<string, unknown>;

  @Column('text')
  source!: IdentityStateSource;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;
}
