import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { TenantEntity } from '../auth/tenant.entity.js';
import type { Destination, IntegrationType } from './config/integration-config.js';

/** An outward connection as it is stored: the config shows masks where secrets are, which lie sealed beside it. */
@Entity('integrations')
@Unique('UQ_integrations_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_integrations_tenant_id_name', ['tenantId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class Integration {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_integrations' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_integrations_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text')
  type!: IntegrationType;

  @Column('jsonb')
  config!: Destination['config'];

  @Column('text', { name: 'secrets_sealed', nullable: true })
  secretsSealed!: string | null;

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
