import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from './principal.decorator.js';

/** What one user may do in one tenant. */
@Entity('memberships')
@Index('IDX_memberships_user_id', ['userId'])
@Check('CK_memberships_role', `role IN ('viewer', 'editor', 'admin')`)
export class Membership {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_memberships' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'PK_memberships' })
  userId!: string;

  @Column('text')
  role!: Role;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
