import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TenantEntity } from '../../auth/tenant.entity.js';

/** An RSA key that a tenant's uploads are signed with, and, where its private half is here, its manifests. */
@Entity('asset_keys')
@Index('UQ_asset_keys_tenant_id_name', ['tenantId', 'name'], { unique: true, where: 'deleted_at IS NULL' })
export class AssetKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_asset_keys' })
  id!: string;

  @ForeignKey(() => TenantEntity, { name: 'FK_asset_keys_tenant_id', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('text')
  name!: string;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** Of its modulus. */
  @Column('integer')
  bits!: number;

  /** SHA-256 of the public half as DER, in hex: the same for the same key wherever it is. */
  @Column('text')
  fingerprint!: string;

  /** SPKI, as PEM. */
  @Column('text', { name: 'public_key' })
  publicKey!: string;

  /** PKCS#8, as PEM, sealed; null where only its owner has it. */
  @Column('text', { name: 'private_key_sealed', nullable: true })
  privateKeySealed!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
