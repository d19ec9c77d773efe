import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings, type TokenAlgorithm } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import { Clock } from '../../../core/time/clock.js';
import type { PublicJwk, SigningKey } from './signing-key.entity.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { activeOf, endOf } from './signing-key.rules.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

export interface ActiveKey {
  kid: string;
  algorithm: TokenAlgorithm;
  privateKey: KeyObject;
}

/** A key that tokens are checked with. */
export interface KnownKey {
  /** In PEM, as the token library wants it. */
  publicPem: string;
  row: SigningKey;
}

/** How long a key that was taken away may still be taken for good by a process that has not looked again. */
const maxAgeMs = 30_000;
/** An invented key id must not cost a query each time. */
const reloadPauseMs = 1_000;

/** Keeps the keys that sign access tokens: makes the first one, shares them with all processes, knows each by its kid. */
@Injectable()
export class SigningKeysService {
  /** A Map, so that a kid like "__proto__" is only a name that is not in it. */
  private known = new Map<string, KnownKey>();
  private opened: ActiveKey | undefined;
  private loadedAtMs = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly maker: SigningKeyMaker,
    private readonly transactions: Transactions,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** The key to sign with. */
  async getActive(): Promise<ActiveKey> {
    await this.reloadWhenOlderThan(maxAgeMs);
    if (this.active() === undefined) {
      await this.makeFirst();
      await this.reload();
    }
    const row = this.active();
    if (row === undefined) throw new Error('there is no key to sign access tokens with, though one was just made');
    if (this.opened?.kid !== row.id) this.opened = this.open(row);
    return this.opened;
  }

  /** The key with this kid, which may come from a stranger; null when nothing that it signed is good. */
  async find(kid: string): Promise<KnownKey | null> {
    await this.reloadWhenOlderThan(this.known.has(kid) ? maxAgeMs : reloadPauseMs);
    const found = this.known.get(kid);
    return found !== undefined && this.isAlive(found) ? found : null;
  }

  /** What others need to check our tokens, the announced keys too. */
  async listPublic(): Promise<(PublicJwk & { kid: string })[]> {
    await this.getActive();
    const alive = [...this.known.values()].filter((key) => this.isAlive(key));
    return alive.map(({ row }) => ({ ...row.publicJwk, kid: row.id }));
  }

  /** Looks again; whoever has just made or taken away a key calls it, so that this process is the first to know. */
  async reload(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  private active(): SigningKey | undefined {
    const rows = [...this.known.values()].map(({ row }) => row);
    return activeOf(rows, this.settings.tokenAlgorithm, this.clock.now());
  }

  private isAlive({ row }: KnownKey): boolean {
    return this.clock.now() < (endOf(row) ?? Infinity);
  }

  private async reloadWhenOlderThan(ageMs: number): Promise<void> {
    if (this.clock.nowMs() - this.loadedAtMs >= ageMs) await this.reload();
  }

  private async load(): Promise<void> {
    const startedAtMs = this.clock.nowMs();
    const rows = await this.keys.list();
    this.known = new Map(
      rows.map((row) => [row.id, { row, publicPem: this.known.get(row.id)?.publicPem ?? pemOf(row.publicJwk) }]),
    );
    this.loadedAtMs = startedAtMs;
  }

  private open(row: SigningKey): ActiveKey {
    return { kid: row.id, algorithm: row.algorithm, privateKey: createPrivateKey(this.maker.open(row)) };
  }

  /** At the first start, or the first one with another algorithm. */
  private async makeFirst(): Promise<void> {
    const key = await this.maker.make(0);
    await this.transactions.run(async (tx) => {
      const rows = await this.keys.lockAll(tx);
      if (activeOf(rows, key.algorithm, this.clock.now()) === undefined) await this.keys.insert(tx, key);
    });
  }
}

function pemOf(jwk: PublicJwk): string {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}
