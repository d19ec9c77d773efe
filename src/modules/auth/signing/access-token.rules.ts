import { isUuid } from '../../../core/ids/uuid-v7.js';
import { tokenAlgorithms, type TokenAlgorithm } from '../../../core/config/settings.js';

export const tokenIssuer = 'fieldline';
export const tokenAudience = 'fieldline-api';
/** RFC 9068: says that this is an access token and nothing else that we may sign one day. */
export const tokenType = 'at+jwt';
export const tokenLifetimeS = 15 * 60;

/** What an access token says. No role: that is looked up, so that taking one away does not wait for the token's end. */
export interface AccessClaims {
  userId: string;
  tenantId: string;
  sessionId: string;
}

/** Which key a token claims to be signed with, and how. */
export interface SigningClaim {
  kid: string;
  algorithm: TokenAlgorithm;
}

/**
 * What a token claims of its signature; null when its header is not exactly of our kind. Nothing else of the header is
 * ever used: keys it embeds or points to (jwk, jku, x5u) are not looked at, and the algorithm only has to be the key's own.
 */
export function signingClaimOf(token: string): SigningClaim | null {
  const header = parseObject(token.split('.', 1)[0] ?? '');
  if (header === null) return null;
  const { alg, typ, kid } = header;
  const algorithm = tokenAlgorithms.find((one) => one === alg);
  if (algorithm === undefined || typ !== tokenType || 'crit' in header) return null;
  return typeof kid === 'string' ? { kid, algorithm } : null;
}

/** The claims of a token whose signature, issuer, audience and times have been checked; null when one is not as we write it. */
export function claimsOf(payload: Record<string, unknown>): (AccessClaims & { issuedAtMs: number }) | null {
  const { sub, tid, sid, iat, exp } = payload;
  // The library takes a token without an end for one that never ends.
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp - iat > tokenLifetimeS) return null;
  if (!isId(sub) || !isId(tid) || !isId(sid)) return null;
  return { userId: sub, tenantId: tid, sessionId: sid, issuedAtMs: iat * 1_000 };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && isUuid(value);
}

function parseObject(base64url: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
