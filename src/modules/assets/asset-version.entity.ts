import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Row } from '../../core/database/row.js';
import { Asset } from './asset.entity.js';
import type { AppDescription } from './firmware/app-description.rules.js';

/** What an uploader signed: the file with its name and the time, or, as document 003's clients do, the time alone. */
export type SignedWhat = 'file' | 'timestamp';

/** How an upload was proven. */
export interface UploadProof {
  /** The uploader's own time, letter by letter as it was signed. */
  signedAt: string;
  signedWhat: SignedWhat;
  /** The uploader's, in base64. */
  signature: string;
  keyFingerprint: string;
}

/** One file: uploaded, or adopted from the folder of document 003's server, where nobody signed it. Its bytes lie in the store under this id. */
@Entity('asset_versions')
@Unique('UQ_asset_versions_asset_id_version', ['tenantId', 'assetId', 'version'])
@ForeignKey(() => Asset, ['tenantId', 'assetId'], ['tenantId', 'id'], {
  name: 'FK_asset_versions_asset_id',
  onDelete: 'CASCADE',
})
@Check('CK_asset_versions_proof', `num_nulls(signed_at, signed_what, signature, key_fingerprint) IN (0, 4)`)
@Check('CK_asset_versions_signed_what', `signed_what IN ('file', 'timestamp')`)
export class AssetVersion {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'PK_asset_versions' })
  id!: string;

  @Column('uuid', { name: 'tenant_id' })
  tenantId!: string;

  @Column('uuid', { name: 'asset_id' })
  assetId!: string;

  @Column('integer')
  version!: number;

  /** Bytes; as text, as PostgreSQL's driver gives it. */
  @Column('bigint')
  size!: string;

  /** 64 hex digits, lower case. */
  @Column('text')
  sha256!: string;

  /** What the image of an ESP32 says of itself; null of any other file. */
  @Column('jsonb', { nullable: true })
  firmware!: AppDescription | null;

  @Column('timestamptz', { name: 'uploaded_at', default: () => 'now()' })
  uploadedAt!: Date;

  @Column('text', { name: 'signed_at', nullable: true })
  signedAt!: UploadProof['signedAt'] | null;

  @Column('text', { name: 'signed_what', nullable: true })
  signedWhat!: SignedWhat | null;

  @Column('text', { nullable: true })
  signature!: UploadProof['signature'] | null;

  @Column('text', { name: 'key_fingerprint', nullable: true })
  keyFingerprint!: UploadProof['keyFingerprint'] | null;
}

/** A version with the name that it is one of. */
export interface NamedVersion extends Row<AssetVersion> {
  filename: string;
}

/** An asset as it is listed: its newest version, and how many are kept. */
export interface CurrentAsset extends NamedVersion {
  versionCount: number;
}

/** Null where nobody signed it. */
export function proofOf({ signedAt, signedWhat, signature, keyFingerprint }: NamedVersion): UploadProof | null {
  if (signedAt === null || signedWhat === null || signature === null || keyFingerprint === null) return null;
  return { signedAt, signedWhat, signature, keyFingerprint };
}
