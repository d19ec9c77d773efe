import { createHmac } from 'node:crypto';
import { hashSecret, verifySecretHash } from '../../../core/crypto/secret-hash.js';
import { makeTypedToken, parseTypedToken, type TypedToken } from '../../../core/crypto/typed-token.js';

/** What every refresh token begins with. */
const type = 'flr';
/**
 * So long after a refresh the token that it replaced is answered with the same successor: the answer may have been lost
 * on its way, and two tabs of one browser may ask at once.
 */
export const graceMs = 10_000;

const pattern = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})g(0|[1-9]\d{0,8})$/;

/** A refresh token that was shown to us, taken apart; nothing of it is proven. */
export interface PresentedToken {
  sessionId: string;
  generation: number;
  secret: string;
}

/** What a session keeps of its refresh tokens. */
export interface RefreshState {
  id: string;
  refreshGeneration: number;
  refreshSalt: Buffer;
  refreshHash: Buffer;
  refreshedAt: Date;
}

/**
 * What to do with a token: `rotate` it, it is the good one; `repeat` the answer that it was already given; end the session,
 * because it was `reused`; or nothing, because it is `unknown`.
 */
export type Verdict = 'rotate' | 'repeat' | 'reused' | 'unknown';

/** Null when the text cannot be a refresh token, so that nothing need be looked up. */
export function parseRefreshToken(text: string): PresentedToken | null {
  const token = parseTypedToken(text);
  const [, a, b, c, d, e, generation] = token?.prefix === type ? (pattern.exec(token.id) ?? []) : [];
  if (token === null || generation === undefined) return null;
  return { sessionId: [a, b, c, d, e].join('-'), generation: Number(generation), secret: token.secret };
}

/**
 * The token of one generation of a session: always the same from the same key and salt. The key alone (SECRET_KEY was
 * lost) or the salt alone (the database was) tells nothing of it, and a token tells nothing of its successor.
 */
export function refreshTokenOf(
  key: Buffer,
  { id, refreshSalt }: Pick<RefreshState, 'id' | 'refreshSalt'>,
  generation: number,
): TypedToken & { text: string } {
  const bytes = createHmac('sha256', key).update(refreshSalt).update(`${id}:${generation}`).digest();
  return makeTypedToken(type, `${id.replaceAll('-', '')}g${generation}`, bytes);
}

/** `keys` are those that the token may have been made with, the current one first. */
export function judge(token: PresentedToken, state: RefreshState, keys: readonly Buffer[], now: Date): Verdict {
  const { refreshGeneration, refreshHash, refreshedAt } = state;
  if (token.generation === refreshGeneration) return verifySecretHash(token.secret, refreshHash) ? 'rotate' : 'unknown';
  if (token.generation > refreshGeneration || !isOurs(token, state, keys)) return 'unknown';
  const isJustReplaced = token.generation === refreshGeneration - 1 && now.getTime() - refreshedAt.getTime() < graceMs;
  return isJustReplaced ? 'repeat' : 'reused';
}

/** The token that is good now, made again; null when the key that made it is gone. */
export function currentTokenOf(state: RefreshState, keys: readonly Buffer[]): string | null {
  const made = keys.map((key) => refreshTokenOf(key, state, state.refreshGeneration));
  return made.find(({ secret }) => verifySecretHash(secret, state.refreshHash))?.text ?? null;
}

/** Whether we made this old token. Else whoever knows a session's id, which is no secret, could end it by an invented one. */
function isOurs(token: PresentedToken, state: RefreshState, keys: readonly Buffer[]): boolean {
  return keys.some((key) => {
    const { secret } = refreshTokenOf(key, state, token.generation);
    return verifySecretHash(token.secret, hashSecret(secret));
  });
}
