import type { AccessClaims } from './access-token.rules.js';

/** At some 800 bytes each, 8 MB at the most. */
const maxKept = 10_000;

export interface VerifiedClaims extends AccessClaims {
  issuedAtMs: number;
}

interface Verified {
  claims: VerifiedClaims;
  expiresAtS: number;
}

/**
 * Access tokens whose signature was good, by their whole text: a token's word does not change, so the curve is asked
 * once and not with every request. Whether its key is still trusted, and what its session may do, is asked every time.
 */
export class VerifiedTokens {
  private readonly kept = new Map<string, Verified>();

  /** Undefined: not seen yet, or at its end. */
  find(token: string, nowS: number): VerifiedClaims | undefined {
    const verified = this.kept.get(token);
    if (verified === undefined) return undefined;
    if (nowS < verified.expiresAtS) return verified.claims;
    this.kept.delete(token);
    return undefined;
  }

  keep(token: string, verified: Verified): void {
    this.kept.set(token, verified);
    if (this.kept.size <= maxKept) return;
    const oldest = this.kept.keys().next().value;
    if (oldest !== undefined) this.kept.delete(oldest);
  }
}
