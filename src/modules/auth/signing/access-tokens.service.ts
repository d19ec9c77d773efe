import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../../core/time/clock.js';
import {
  claimsOf,
  keyIdOf,
  tokenAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenLifetimeS,
  tokenType,
  type AccessClaims,
} from './access-token.rules.js';
import { SigningKeysService } from './signing-keys.service.js';

export interface IssuedToken {
  token: string;
  expiresInS: number;
}

/** Signs access tokens and checks them: one algorithm, our own keys, nothing taken from the token's word. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeysService,
    private readonly clock: Clock,
  ) {}

  /** For a quarter of an hour, or until the session itself ends. */
  async issue(claims: AccessClaims, sessionEndsAt: Date): Promise<IssuedToken> {
    const { kid, privateKey } = await this.keys.getActive();
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
        algorithm: tokenAlgorithm,
        issuer: tokenIssuer,
        audience: tokenAudience,
        header: { alg: tokenAlgorithm, typ: tokenType, kid },
      },
    );
    return { token, expiresInS: expiresAtS - nowS };
  }

  /** The claims of a token that we signed and that is still good; null for any other text. */
  async verify(token: string): Promise<AccessClaims | null> {
    const kid = keyIdOf(token);
    const publicKey = kid === null ? null : await this.keys.findPublicKey(kid);
    return publicKey === null ? null : this.check(token, publicKey);
  }

  private async check(token: string, publicKey: string): Promise<AccessClaims | null> {
    try {
      const payload = await this.jwt.verifyAsync<Record<string, unknown>>(token, {
        publicKey,
        algorithms: [tokenAlgorithm],
        issuer: tokenIssuer,
        audience: tokenAudience,
        clockTimestamp: this.nowS(),
      });
      return claimsOf(payload);
    } catch {
      return null; // which of the checks failed would help only somebody who forges
    }
  }

  private nowS(): number {
    return Math.floor(this.clock.nowMs() / 1_000);
  }
}
