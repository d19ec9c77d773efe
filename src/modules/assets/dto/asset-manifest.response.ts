import { ApiProperty } from '@nestjs/swagger';
import { proofOf, type NamedVersion, type UploadProof } from '../asset-version.entity.js';
import type { ManifestSignature } from '../manifests/asset-manifests.service.js';
import { AssetVersionResponse } from './asset.response.js';

/** What the uploader signed, as it came in. */
export class UploadProofResponse {
  @ApiProperty({
    enum: ['file', 'timestamp'],
    description: '`file`: the timestamp, the name and the SHA-256, in three lines.',
  })
  signed: 'file' | 'timestamp';

  @ApiProperty({ example: '2026-11-20T12:00:00Z' })
  timestamp: string;

  @ApiProperty({ description: 'RSA PKCS#1 v1.5 with SHA-256, in base64.' })
  signature: string;

  @ApiProperty({ description: 'Of the key: SHA-256 of its public half as DER, in hex.' })
  key_fingerprint: string;

  constructor({ signedWhat, signedAt, signature, keyFingerprint }: UploadProof) {
    this.signed = signedWhat;
    this.timestamp = signedAt;
    this.signature = signature;
    this.key_fingerprint = keyFingerprint;
  }
}

/** What a device verifies a file by. */
export class AssetManifestResponse extends AssetVersionResponse {
  @ApiProperty({
    description: 'The text that is signed, byte by byte: a line for each field, each with a line break at its end.',
    example:
      'fieldline-asset-manifest-v1\nfilename: thermostat.bin\nversion: 7\nsize: 1048576\nsha256: 9f86…\nuploaded_at: 2026-11-20T12:00:01.000Z\nfirmware_version: 1.4.2\n',
  })
  signed: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'RSA PKCS#1 v1.5 with SHA-256 of `signed`, in base64; null where the server has no private key of the tenant.',
  })
  signature: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the key that signed it.' })
  key_fingerprint: string | null;

  @ApiProperty({
    type: UploadProofResponse,
    nullable: true,
    description: 'Null: it lay in ASSETS_DIR and was adopted from there; nobody signed it.',
  })
  upload: UploadProofResponse | null;

  constructor(version: NamedVersion, { signed, signature, keyFingerprint }: ManifestSignature) {
    super(version);
    this.signed = signed;
    this.signature = signature;
    this.key_fingerprint = keyFingerprint;
    const proof = proofOf(version);
    this.upload = proof === null ? null : new UploadProofResponse(proof);
  }
}
