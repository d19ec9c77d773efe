import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who can log in. Which tenants they may enter is said by their memberships. */
@Entity('users')
@Index('UQ_users_email', { synchronize: false }) // on lower(email): TypeORM cannot say it, the migration does
@Index('UQ_users_username', { synchronize: false })
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_users' })
  id!: string;

  @Column('text')
  email!: string;

  @Column('text')
  username!: string;

  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  /** The platform's operator, made only by the command line. */
  @Column('boolean', { name: 'is_superuser', default: false })
  isSuperuser!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
