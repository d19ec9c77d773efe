import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createLocalJWKSet, type JWK } from 'jose';
import { Agent, request } from 'undici';
import { isObject } from '../../../core/json/object-reader.js';
import { messageOf } from '../../../core/outbound/told.js';
import type { Clock } from '../../../core/time/clock.js';
import { IssuerAway } from './issuer-away.error.js';

export type KeySet = ReturnType<typeof createLocalJWKSet>;

const timeoutMs = 5_000;
const patienceMs = 1_000;
const maxAnswerBytes = 1024 * 1024;
/** A key that the issuer has taken back is refused after this at the latest. */
const maxAgeMs = 10 * 60_000;
/** However many tokens name keys that nobody has: the issuer is not asked more often than this. */
const restMs = 10_000;

/**
 * The public keys of one OIDC issuer: found by its discovery document, kept for ten minutes, asked for anew when a token names
 * one that is not there (the issuer has rotated). While the issuer is away, what is known goes on.
 */
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private readonly agent = new Agent({ maxResponseSize: maxAnswerBytes, connect: { timeout: timeoutMs } });
  private keys: { set: KeySet; kids: ReadonlySet<string | undefined>; readAtMs: number } | undefined;
  private reading: Promise<void> | undefined;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private failure: unknown;

  constructor(
    private readonly issuer: string,
    private readonly clock: Clock,
  ) {}

  /**
   * Those among which the key of this name is, if the issuer has it.
   * @throws IssuerAway
   */
  async forKey(kid: string | undefined): Promise<KeySet> {
    const isKnown = this.keys?.kids.has(kid) === true;
    // Keys that are merely old are not waited for as long as an issuer may hang.
    if (!this.isFresh(kid))
      await Promise.race([this.read(), ...(isKnown ? [pause(patienceMs, undefined, { ref: false })] : [])]);
    if (this.keys === undefined || (!this.keys.kids.has(kid) && kid !== undefined && this.failure !== undefined)) {
      throw new IssuerAway(this.failure);
    }
    return this.keys.set;
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private isFresh(kid: string | undefined): boolean {
    if (this.keys === undefined || this.clock.nowMs() - this.keys.readAtMs >= maxAgeMs) return false;
    return kid === undefined || this.keys.kids.has(kid);
  }

  /** Everybody who needs them waits for the same answer. */
  private async read(): Promise<void> {
    if (this.reading === undefined && this.clock.nowMs() - this.askedAtMs < restMs) return;
    this.askedAtMs = this.clock.nowMs();
    this.reading ??= this.ask().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async ask(): Promise<void> {
    try {
      const readAtMs = this.clock.nowMs();
      const keys = asymmetricKeysIn(await this.get(await this.findKeysUrl()));
      this.keys = { set: createLocalJWKSet({ keys }), kids: new Set(keys.map(({ kid }) => kid)), readAtMs };
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
      this.logger.warn(
        { issuer: this.issuer, reason: messageOf(error) },
        'the keys of the OIDC issuer could not be read',
      );
    }
  }

  private async findKeysUrl(): Promise<string> {
    const found = await this.get(`${this.issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
    if (!isObject(found) || found['issuer'] !== this.issuer) {
      throw new Error(
        'the discovery document is another issuer’s: OIDC_ISSUER must be written exactly as it stands there',
      );
    }
    const url = typeof found['jwks_uri'] === 'string' ? URL.parse(found['jwks_uri']) : null;
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && this.issuer.startsWith('http:'));
    if (url === null || !isSafe) throw new Error('the discovery document has no good jwks_uri');
    return url.href;
  }

  private async get(url: string): Promise<unknown> {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, {
      dispatcher: this.agent,
      signal,
      headers: { accept: 'application/json' },
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`${new URL(url).pathname} answered ${statusCode}`);
    }
    return body.json();
  }
}

/** A shared secret among public keys would be everybody's: it is passed over. */
function asymmetricKeysIn(found: unknown): JWK[] {
  if (!isObject(found) || !Array.isArray(found['keys'])) throw new Error('there are no keys at jwks_uri');
  return found['keys'].filter(isKey).filter(({ kty, use = 'sig' }) => kty !== 'oct' && use === 'sig');
}

function isKey(value: unknown): value is JWK {
  return isObject(value) && typeof value['kty'] === 'string';
}
