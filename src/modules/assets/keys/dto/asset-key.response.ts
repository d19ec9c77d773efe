import { ApiProperty } from '@nestjs/swagger';
import type { Row } from '../../../../core/database/row.js';
import type { AssetKey } from '../asset-key.entity.js';

const mask = '********';

/** A key that uploads are signed with. */
export class AssetKeyResponse {
  @ApiProperty({ format: 'uuid', description: 'What an upload sends as `key_id`.' })
  id: string;

  @ApiProperty({ example: 'CI of the thermostats' })
  name: string;

  @ApiProperty({ description: 'Whether it may upload and sign.' })
  enabled: boolean;

  @ApiProperty({ example: 3072 })
  bits: number;

  @ApiProperty({ description: 'SHA-256 of the public half as DER, in hex.', example: '4f5a…' })
  fingerprint: string;

  @ApiProperty({ description: 'SPKI as PEM: what a device verifies manifests with.' })
  public_key: string;

  @ApiProperty({ type: String, nullable: true, description: `\`${mask}\` where the private half is here, too.` })
  private_key: string | null;

  @ApiProperty({ description: 'Whether the server can sign manifests with it.' })
  signs_manifests: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ format: 'date-time' })
  updated_at: string;

  constructor(key: Row<AssetKey>) {
    this.id = key.id;
    this.name = key.name;
    this.enabled = key.enabled;
    this.bits = key.bits;
    this.fingerprint = key.fingerprint;
    this.public_key = key.publicKey;
    this.private_key = key.privateKeySealed === null ? null : mask;
    this.signs_manifests = key.enabled && key.privateKeySealed !== null;
    this.created_at = key.createdAt.toISOString();
    this.updated_at = key.updatedAt.toISOString();
  }
}

/** A key that has just been made; its private half is shown only here, and only if it was made here. */
export class NewAssetKeyResponse extends AssetKeyResponse {
  constructor(key: Row<AssetKey>, madePem: string | null) {
    super(key);
    if (madePem !== null) this.private_key = madePem;
  }
}

/** How these fields of a key may come back. */
export const readOnlyAssetKeyFields = {
  id: 'same',
  bits: 'same',
  fingerprint: 'same',
  public_key: 'same',
  private_key: 'same',
  signs_manifests: 'same',
  created_at: 'same',
  updated_at: 'not_later',
} as const;
