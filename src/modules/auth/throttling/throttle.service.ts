import { createHmac } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { deriveKey } from '../../../core/crypto/derive-key.js';
import { Transactions } from '../../../core/database/transactions.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Clock } from '../../../core/time/clock.js';
import { networkKeyOf } from './network-key.rules.js';
import { counted, forgottenAfterMs, limits, waitMs, type Count, type LimitName } from './throttle.rules.js';
import { ThrottlesRepository } from './throttles.repository.js';
import { TooManyAttempts } from './too-many-attempts.error.js';

/** Who tries: what stands for the account as it was typed, whether it exists or not, and where from. */
export interface Subject {
  account?: string;
  address: string;
}

export type ThrottledAction =
  'login' | 'change_password' | 'register' | 'refresh' | 'device_registration' | 'device_access_token';

/** An attempt that was let through and counted as if it would fail. */
export interface Attempt {
  /** It did not: the account's failures are forgotten, and the address is as it was. */
  succeeded(): Promise<void>;
}

interface Counter {
  limit: LimitName;
  key: string;
}

const purgeEveryMs = 3_600_000;

/**
 * Slows down whoever tries passwords, per account and per address, over all processes. An attempt is counted before it
 * is judged, so that a hundred at once are not a hundred free ones; while a delay runs, the right password is refused
 * like a wrong one.
 */
@Injectable()
export class Throttle implements OnModuleInit {
  private readonly key: Buffer;

  constructor(
    private readonly throttles: ThrottlesRepository,
    private readonly transactions: Transactions,
    private readonly maintenance: Maintenance,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.key = deriveKey(settings.secretKey, 'throttles');
  }

  onModuleInit(): void {
    this.maintenance.register({ name: 'throttles', everyMs: purgeEveryMs, run: () => this.purge() });
  }

  /** @throws TooManyAttempts: then it is not counted. */
  async begin(action: ThrottledAction, subject: Subject): Promise<Attempt> {
    const counters = this.countersOf(action, subject);
    await this.transactions.run(async (tx) => {
      const nowMs = this.clock.nowMs();
      const keys = counters.map(({ key }) => key);
      const counts = await this.throttles.lock(tx, keys, new Date(nowMs));
      this.assertMayTry([...counts.values()]);
      for (const { key, limit } of counters)
        await this.throttles.save(tx, key, counted(counts.get(key), limits[limit], nowMs));
    });
    return { succeeded: () => this.forgive(counters) };
  }

  /** Only looks; for what fails so rarely, and succeeds so often, that its successes should cost nothing. */
  async assertOpen(action: ThrottledAction, subject: Subject): Promise<void> {
    const found = await Promise.all(this.countersOf(action, subject).map(({ key }) => this.throttles.find(key)));
    this.assertMayTry(found.filter((count) => count !== undefined));
  }

  private assertMayTry(counts: readonly Count[]): void {
    const nowMs = this.clock.nowMs();
    const longestMs = Math.max(0, ...counts.map((count) => waitMs(count, nowMs)));
    if (longestMs > 0) throw new TooManyAttempts(Math.ceil(longestMs / 1_000));
  }

  private async forgive(counters: readonly Counter[]): Promise<void> {
    for (const { key, limit } of counters) {
      // Else whoever has one account of their own could wipe their address clean between guesses at others.
      if (limit.endsWith('.address')) await this.throttles.takeBack(key);
      else await this.throttles.forget(key);
    }
  }

  private countersOf(action: ThrottledAction, { account, address }: Subject): Counter[] {
    const byAddress = this.counter(`${action}.address`, networkKeyOf(address));
    if (account === undefined || action === 'register' || action === 'refresh' || action === 'device_access_token') {
      return [byAddress];
    }
    return [byAddress, this.counter(`${action}.account`, account.normalize('NFKC').toLowerCase())];
  }

  /** Keyed, so that nobody finds out by trying what was typed: some people type their password as their name. */
  private counter(limit: LimitName, text: string): Counter {
    return { limit, key: createHmac('sha256', this.key).update(`${limit}:${text}`).digest('hex') };
  }

  private async purge(): Promise<void> {
    await this.throttles.purge(new Date(this.clock.nowMs() - forgottenAfterMs));
  }
}
