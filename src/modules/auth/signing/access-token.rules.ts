import { isUuid } from '../../../core/ids/uuid-v7.js';

export const tokenAlgorithm = 'ES256';
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

/**
 * The key id that a token claims to be signed with; null when its header is not exactly of our kind. Nothing else of the
 * header is ever used: keys it embeds or points to (jwk, jku, x5u) are not looked at.
 */
export function keyIdOf(token: string): string | null {
  const header = parseObject(token.split('.', 1)[0] ?? '');
  if (header === null) return null;
  const { alg, typ, kid } = header;
  if (alg !== tokenAlgorithm || typ !== tokenType || 'crit' in header) return null;
  return typeof kid === 'string' ? kid : null;
}

/** The claims of a token whose signature, issuer, audience and times have been checked; null when one is not as we write it. */
export function claimsOf(payload: Record<string, unknown>): AccessClaims | null {
  const { sub, tid, sid, iat, exp } = payload;
  // The library takes a token without an end for one that never ends.
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp - iat > tokenLifetimeS) return null;
  if (!isId(sub) || !isId(tid) || !isId(sid)) return null;
  return { userId: sub, tenantId: tid, sessionId: sid };
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
