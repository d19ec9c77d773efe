import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { UserFunction } from './function.entity.js';

/** What a function was at one save. Never changed. */
@Entity('function_versions')
@ForeignKey(() => UserFunction, ['tenantId', 'functionId'], ['tenantId', 'id'], {
  name: 'FK_function_versions_function_id',
  onDelete: 'CASCADE',
})
export class FunctionVersion {
  @PrimaryColumn('uuid', { name: 'tenant_id', primaryKeyConstraintName: 'PK_function_versions' })
  tenantId!: string;

  @PrimaryColumn('uuid', { name: 'function_id', primaryKeyConstraintName: 'PK_function_versions' })
  functionId!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'PK_function_versions' })
  version!: number;

  @Column('text')
  code!: string;

  @Column('jsonb', { default: [] })
  parameters!: object;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** The user who saved it; null when a key did. */
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;
}
