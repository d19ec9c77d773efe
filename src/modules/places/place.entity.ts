import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../core/database/row.js';
import { TenantEntity } from '../auth/tenant.entity.js';
import { PlaceProfile } from './profiles/place-profile.entity.js';

/** The coordinates of a place. */
export interface PlaceLocation {
  latitude: number;
  longitude: number;
  /** Metres above sea level. */
  altitude: number | null;
}

/** A node of the hierarchy that devices stand in: a country, a building, a field. */
@Entity('places')
@Unique('UQ_places_tenant_id_id', ['tenantId', 'id'])
@Index('UQ_places_tenant_id_parent_id_name', { synchronize: false }) // on lower(name), nulls alike: the migration does it
@Index('IDX_places_tenant_id_profile_id', ['tenantId', 'profileId'], { where: 'deleted_at IS NULL' })
@Check('CK_places_parent_id', 'parent_id <> id')
@ForeignKey(() => Place, ['tenantId', 'parentId'], ['tenantId', 'id'], { name: 'FK_places_parent_id' })
@ForeignKey(() => PlaceProfile, ['tenantId', 'profileId'], ['tenantId', 'id'], { name: 'FK_places_profile_id' })
export class Place {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_places' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_places_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  /** Unique among the places below the same parent, without case. */
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  /** Null: it stands at the top. */
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Column('uuid', { name: 'profile_id', nullable: true })
  profileId!: string | null;

  @Column('jsonb', { nullable: true })
  location!: PlaceLocation | null;

  @Column('jsonb', { default: {} })
  attributes!: object;

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

/** A place with what is next to it. */
export interface KnownPlace extends Row<Place> {
  profileName: string | null;
  /** The places that it stands in, from the top. */
  path: { id: string; name: string }[];
  /** Places directly below it. */
  childCount: number;
  /** Devices that stand directly in it. */
  deviceCount: number;
}
