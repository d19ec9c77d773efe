import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { deriveKey } from '../../../core/crypto/derive-key.js';
import { hashSecret } from '../../../core/crypto/secret-hash.js';
import {
  currentTokenOf,
  judge,
  refreshTokenOf,
  type PresentedToken,
  type RefreshState,
  type Verdict,
} from './refresh-token.rules.js';

const saltBytes = 32;

/** What a session keeps, and the text that its owner keeps. */
export interface MadeToken {
  refreshSalt: Buffer;
  refreshHash: Buffer;
  text: string;
}

/** Makes refresh tokens and judges them, with the keys that follow from SECRET_KEY and those before it. */
@Injectable()
export class RefreshTokens {
  private readonly current: Buffer;
  /** The current one first. */
  private readonly all: readonly Buffer[];

  constructor(settings: Settings) {
    this.current = keyFrom(settings.secretKey);
    this.all = [this.current, ...settings.previousSecretKeys.map(keyFrom)];
  }

  /** Of a new session. */
  first(sessionId: string): MadeToken {
    return this.make({ id: sessionId, refreshSalt: randomBytes(saltBytes) }, 0);
  }

  next(state: RefreshState): MadeToken {
    return this.make(state, state.refreshGeneration + 1);
  }

  judge(token: PresentedToken, state: RefreshState, now: Date): Verdict {
    return judge(token, state, this.all, now);
  }

  /** The good one once more; null when its key is gone. */
  again(state: RefreshState): string | null {
    return currentTokenOf(state, this.all);
  }

  private make(session: Pick<RefreshState, 'id' | 'refreshSalt'>, generation: number): MadeToken {
    const { secret, text } = refreshTokenOf(this.current, session, generation);
    return { refreshSalt: session.refreshSalt, refreshHash: hashSecret(secret), text };
  }
}

function keyFrom(secretKey: string): Buffer {
  return deriveKey(secretKey, 'refresh tokens');
}
