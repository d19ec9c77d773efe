import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../../core/database/row.js';
import { TenantEntity } from '../../auth/tenant.entity.js';

/** A kind of place: Country, State, Building. */
@Entity('place_profiles')
@Unique('UQ_place_profiles_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_place_profiles_tenant_id_name', { synchronize: false }) // on lower(name): the migration does it
export class PlaceProfile {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_place_profiles' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_place_profiles_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Unique in the tenant, without case. */
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  /** Counts the edits. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}

/** A profile and how many places are of it. */
export interface CountedPlaceProfile extends Row<PlaceProfile> {
  placeCount: number;
}
