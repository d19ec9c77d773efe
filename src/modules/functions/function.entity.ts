import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';

/** What a function says it can be given; kept for people and canvases, the sandbox does not read it. */
export interface FunctionParameter {
  name: string;
  type: string;
  description: string | null;
  required: boolean;
  default?: unknown;
}

/** A piece of user JavaScript, as it is now. */
@Entity('functions')
@Unique('UQ_functions_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_functions_tenant_id_name', ['tenantId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class UserFunction {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_functions' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_functions_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('jsonb', { default: [] })
  parameters!: object;

  @Column('text')
  code!: string;

  /** Of code and parameters; a new name is no new version. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  /** Of the present version: until then it does not run in the process where it hit its limits; past, it does. */
  @Column('timestamptz', { name: 'quarantined_until', nullable: true })
  quarantinedUntil!: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
