import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { EcPublicJwk, PublicJwk, RsaPublicJwk } from '../signing/signing-key.entity.js';

/** What every key says of itself. */
class JwkResponse {
  @ApiProperty({ description: 'The kid of the tokens it signs.', example: 'q1nHkJgq3mLr1x0Z' })
  kid: string;

  @ApiProperty({ enum: ['sig'] })
  use = 'sig' as const;

  constructor(kid: string) {
    this.kid = kid;
  }
}

/** The public half of a key that signs access tokens by ES256. */
export class EcJwkResponse extends JwkResponse implements EcPublicJwk {
  @ApiProperty({ enum: ['EC'] })
  kty = 'EC' as const;

  @ApiProperty({ enum: ['P-256'] })
  crv = 'P-256' as const;

  @ApiProperty({ example: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' })
  x: string;

  @ApiProperty({ example: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' })
  y: string;

  @ApiProperty({ enum: ['ES256'] })
  alg = 'ES256' as const;

  constructor({ x, y }: EcPublicJwk, kid: string) {
    super(kid);
    this.x = x;
    this.y = y;
  }
}

/** The public half of a key that signs access tokens by RS256. */
export class RsaJwkResponse extends JwkResponse implements RsaPublicJwk {
  @ApiProperty({ enum: ['RSA'] })
  kty = 'RSA' as const;

  @ApiProperty({
    description: 'The modulus, base64url.',
    example: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbb…',
  })
  n: string;

  @ApiProperty({ description: 'The exponent, base64url.', example: 'AQAB' })
  e: string;

  @ApiProperty({ enum: ['RS256'] })
  alg = 'RS256' as const;

  constructor({ n, e }: RsaPublicJwk, kid: string) {
    super(kid);
    this.n = n;
    this.e = e;
  }
}

/** The keys that access tokens are checked with: those that sign, those announced, and those retired a moment ago. */
@ApiExtraModels(EcJwkResponse, RsaJwkResponse)
export class JwksResponse {
  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ $ref: getSchemaPath(EcJwkResponse) }, { $ref: getSchemaPath(RsaJwkResponse) }] },
  })
  keys: (EcJwkResponse | RsaJwkResponse)[];

  constructor(keys: readonly (PublicJwk & { kid: string })[]) {
    this.keys = keys.map((key) =>
      key.kty === 'EC' ? new EcJwkResponse(key, key.kid) : new RsaJwkResponse(key, key.kid),
    );
  }
}
