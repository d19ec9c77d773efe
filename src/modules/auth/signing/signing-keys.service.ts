import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { SecretBox } from '../../../core/crypto/secret-box.js';
import { Clock } from '../../../core/time/clock.js';
import { tokenAlgorithm, tokenLifetimeS } from './access-token.rules.js';
import type { Row } from '../row.js';
import type { PublicJwk, SigningKey } from './signing-key.entity.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

export interface ActiveKey {
  kid: string;
  privateKey: KeyObject;
}

/** How long a retired key may still be taken for good by a process that has not looked again. */
const maxAgeMs = 60_000;
/** An invented key id must not cost a query each time. */
const reloadPauseMs = 5_000;

interface Known {
  /** In PEM, as the token library wants it. */
  publicPem: string;
  row: SigningKey;
}

/** Keeps the keys that sign access tokens: makes the first one, shares them with all processes, knows each by its kid. */
@Injectable()
export class SigningKeysService {
  /** A Map, so that a kid like "__proto__" is only a name that is not in it. */
  private known = new Map<string, Known>();
  private active: ActiveKey | undefined;
  private loadedAtMs = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly transactions: Transactions,
    private readonly secretBox: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** The key to sign with. */
  async getActive(): Promise<ActiveKey> {
    await this.reloadWhenOlderThan(maxAgeMs);
    if (this.active === undefined) {
      await this.makeFirst();
      await this.reload();
    }
    if (this.active === undefined)
      throw new Error('there is no key to sign access tokens with, though one was just made');
    return this.active;
  }

  /** The public half in PEM of the key with this kid, which may come from a stranger. */
  async findPublicKey(kid: string): Promise<string | null> {
    await this.reloadWhenOlderThan(this.known.has(kid) ? maxAgeMs : reloadPauseMs);
    return this.known.get(kid)?.publicPem ?? null;
  }

  /** What others need to check our tokens. */
  async listPublic(): Promise<(PublicJwk & { kid: string })[]> {
    await this.getActive();
    return [...this.known.values()].map(({ row }) => ({ ...row.publicJwk, kid: row.id }));
  }

  private async reloadWhenOlderThan(ageMs: number): Promise<void> {
    if (this.clock.nowMs() - this.loadedAtMs >= ageMs) await this.reload();
  }

  private async reload(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  private async load(): Promise<void> {
    const startedAtMs = this.clock.nowMs();
    const rows = await this.keys.list(new Date(startedAtMs - tokenLifetimeS * 1_000));
    this.known = new Map(
      rows.map((row) => [row.id, this.known.get(row.id) ?? { row, publicPem: pemOf(row.publicJwk) }]),
    );
    const newest = rows.find((row) => row.retiredAt === null);
    if (newest?.id !== this.active?.kid) this.active = newest === undefined ? undefined : this.open(newest);
    this.loadedAtMs = startedAtMs;
  }

  private open(row: SigningKey): ActiveKey {
    const pem = this.secretBox.open(row.privateKeySealed, sealedFor(row.id));
    return { kid: row.id, privateKey: createPrivateKey(pem) };
  }

  private async makeFirst(): Promise<void> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(12).toString('base64url');
    const { x, y } = publicKey.export({ format: 'jwk' });
    if (x === undefined || y === undefined) throw new Error('a P-256 key without coordinates');
    const row: Row<SigningKey> = {
      id,
      algorithm: tokenAlgorithm,
      publicJwk: { kty: 'EC', crv: 'P-256', x, y },
      privateKeySealed: this.secretBox.seal(
        privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
        sealedFor(id),
      ),
      createdAt: this.clock.now(),
      retiredAt: null,
    };
    await this.transactions.run((tx) => this.keys.insertUnlessThereIsOne(tx, row));
  }
}

/** Ties the sealed key to its row: a key moved under another id does not open. */
function sealedFor(kid: string): string {
  return `signing_keys:${kid}`;
}

function pemOf(jwk: PublicJwk): string {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}
