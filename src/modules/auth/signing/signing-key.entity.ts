import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The public half of a signing key as a JSON Web Key (RFC 7517): curve P-256. */
export interface PublicJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** A key that signs access tokens, shared by all processes. A retired one only checks what it signed before. */
@Entity('signing_keys')
export class SigningKey {
  /** The `kid` of the tokens it signs. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'PK_signing_keys' })
  id!: string;

  @Column('text')
  algorithm!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: PublicJwk;

  /** PKCS#8 in PEM, sealed with the key's id as associated data. */
  @Column('text', { name: 'private_key_sealed' })
  privateKeySealed!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}
