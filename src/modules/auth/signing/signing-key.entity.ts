import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TokenAlgorithm } from '../../../core/config/settings.js';

/** The public half of an ES256 key as a JSON Web Key (RFC 7517): curve P-256. */
export interface EcPublicJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** The public half of an RS256 key. */
export interface RsaPublicJwk {
  kty: 'RSA';
  n: string;
  e: string;
}

export type PublicJwk = EcPublicJwk | RsaPublicJwk;

/** A key that signs access tokens, shared by all processes. A retired one only checks what it signed before. */
@Entity('signing_keys')
export class SigningKey {
  /** The `kid` of the tokens it signs. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_signing_keys' })
  id!: string;

  @Column('text')
  algorithm!: TokenAlgorithm;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: PublicJwk;

  /** PKCS#8 in PEM, sealed with the key's id as associated data. */
  @Column('text', { name: 'private_key_sealed' })
  privateKeySealed!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** From when on it signs; until then it is only announced. */
  @Column('timestamptz', { name: 'activates_at', default: () => 'now()' })
  activatesAt!: Date;

  /** From when on it signs no more; ahead while its successor is announced. */
  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}
