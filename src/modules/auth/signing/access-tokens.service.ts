import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../../core/time/clock.js';
import {
  claimsOf,
  signingClaimOf,
  tokenAudience,
  tokenIssuer,
  tokenLifetimeS,
  tokenType,
  type AccessClaims,
} from './access-token.rules.js';
import { maySignAt } from './signing-key.rules.js';
import { SigningKeysService, type KnownKey } from './signing-keys.service.js';
import { VerifiedTokens, type VerifiedClaims } from './verified-tokens.js';

export interface IssuedToken {
  token: string;
  expiresInS: number;
}

/** Signs access tokens and checks them: our own keys, each with its one algorithm, nothing taken from the token's word. */
@Injectable()
export class AccessTokensService {
  private readonly verified = new VerifiedTokens();

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeysService,
    private readonly clock: Clock,
  ) {}

  /** For a quarter of an hour, or until the session itself ends. */
  async issue(claims: AccessClaims, sessionEndsAt: Date): Promise<IssuedToken> {
    const { kid, algorithm, privateKey } = await this.keys.getActive();
    const nowS = this.nowS();
    const expiresAtS = Math.min(nowS + tokenLifetimeS, Math.floor(sessionEndsAt.getTime() / 1_000));
    const token = await this.jwt.signAsync(
      {
        sub: claims.userId,
        tid: claims.tenantId,
        sid: claims.sessionId,
        iat: nowS,
        exp: expiresAtS,
      },
      {
        privateKey,
        algorithm,
        issuer: tokenIssuer,
        audience: tokenAudience,
        header: { alg: algorithm, typ: tokenType, kid },
      },
    );
    return { token, expiresInS: expiresAtS - nowS };
  }

  /** The claims of a token that we signed and that is still good; null for any other text. */
  async verify(token: string): Promise<AccessClaims | null> {
    const claim = signingClaimOf(token);
    const key = claim === null ? null : await this.keys.find(claim.kid);
    if (key === null || key.row.algorithm !== claim?.algorithm) return null;
    const claims = this.verified.find(token, this.nowS()) ?? (await this.check(token, key));
    return claims !== null && maySignAt(key.row, claims.issuedAtMs) ? claims : null;
  }

  private async check(token: string, { publicPem, row }: KnownKey): Promise<VerifiedClaims | null> {
    try {
      const payload = await this.jwt.verifyAsync<Record<string, unknown>>(token, {
        publicKey: publicPem,
        algorithms: [row.algorithm],
        issuer: tokenIssuer,
        audience: tokenAudience,
        clockTimestamp: this.nowS(),
      });
      const claims = claimsOf(payload);
      if (claims !== null) this.verified.keep(token, { claims, expiresAtS: Number(payload['exp']) });
      return claims;
    } catch {
      return null; // which of the checks failed would help only somebody who forges
    }
  }

  private nowS(): number {
    return Math.floor(this.clock.nowMs() / 1_000);
  }
}
