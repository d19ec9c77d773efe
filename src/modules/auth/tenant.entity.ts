import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A customer's closed world, as a row. */
@Entity('tenants')
@Unique('UQ_tenants_slug', ['slug'])
export class TenantEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_tenants' })
  id!: string;

  @Column('text')
  name!: string;

  /** What settings and addresses call it; never changes. */
  @Column('text')
  slug!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
