import { ApiProperty } from '@nestjs/swagger';
import { tokenAlgorithm } from '../signing/access-token.rules.js';
import type { PublicJwk } from '../signing/signing-key.entity.js';

/** The public half of one key that signs access tokens. */
export class JwkResponse implements PublicJwk {
  @ApiProperty({ enum: ['EC'] })
  kty = 'EC' as const;

  @ApiProperty({ enum: ['P-256'] })
  crv = 'P-256' as const;

  @ApiProperty({ example: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' })
  x: string;

  @ApiProperty({ example: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' })
  y: string;

  @ApiProperty({ description: 'The kid of the tokens it signed.', example: 'q1nHkJgq3mLr1x0Z' })
  kid: string;

  @ApiProperty({ enum: [tokenAlgorithm] })
  alg = tokenAlgorithm;

  @ApiProperty({ enum: ['sig'] })
  use = 'sig' as const;

  constructor({ x, y, kid }: PublicJwk & { kid: string }) {
    this.x = x;
    this.y = y;
    this.kid = kid;
  }
}

/** The keys that access tokens are checked with. */
export class JwksResponse {
  @ApiProperty({ type: [JwkResponse] })
  keys: JwkResponse[];

  constructor(keys: readonly (PublicJwk & { kid: string })[]) {
    this.keys = keys.map((key) => new JwkResponse(key));
  }
}
