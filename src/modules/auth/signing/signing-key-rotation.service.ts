import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Clock } from '../../../core/time/clock.js';
import type { Row } from '../row.js';
import type { SigningKey } from './signing-key.entity.js';
import { SigningKeyMaker } from './signing-key-maker.js';
import { announcedForMs, endOf, isRotationDue } from './signing-key.rules.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { SigningKeysService } from './signing-keys.service.js';

const everyMs = 3_600_000;

/**
 * Replaces the keys that sign access tokens, by itself after so many days or when the operator says so. Nobody notices:
 * the new key is announced before it signs, and the old one is known until its last token has ended.
 */
@Injectable()
export class SigningKeyRotation implements OnModuleInit {
  private readonly logger = new Logger(SigningKeyRotation.name);

  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly known: SigningKeysService,
    private readonly maker: SigningKeyMaker,
    private readonly transactions: Transactions,
    private readonly maintenance: Maintenance,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'signing-keys', everyMs, run: () => this.tend() });
  }

  /** A new key, which signs from ten minutes on. */
  async rotate(): Promise<Row<SigningKey>> {
    const key = await this.maker.make(announcedForMs);
    await this.transactions.run(async (tx) => {
      await this.keys.lockAll(tx);
      await this.keys.insert(tx, key);
      await this.keys.retireAllBut(tx, key.id, key.activatesAt);
    });
    await this.known.reload();
    return key;
  }

  /**
   * For a key that somebody else may have: a new one signs at once, all others are gone, and with them every access token
   * (their owners refresh). Other processes follow within 30 s. Answers how many were taken away.
   */
  async revoke(): Promise<number> {
    const key = await this.maker.make(0);
    const revoked = await this.transactions.run(async (tx) => {
      await this.keys.lockAll(tx);
      await this.keys.insert(tx, key);
      return this.keys.deleteAllBut(tx, key.id);
    });
    await this.known.reload();
    return revoked;
  }

  private async tend(): Promise<void> {
    const { tokenAlgorithm: algorithm, tokenKeyDays: everyDays } = this.settings;
    const rows = await this.keys.list();
    if (isRotationDue(rows, { algorithm, everyDays, now: this.clock.now() })) {
      const { id, activatesAt } = await this.rotate();
      this.logger.log({ kid: id, activates_at: activatesAt }, 'a new key will sign access tokens');
    }
    await this.dropDead(rows);
  }

  /** A private key that nobody needs is nothing to keep. */
  private async dropDead(rows: readonly SigningKey[]): Promise<void> {
    const dead = rows.filter((row) => (endOf(row) ?? Infinity) < this.clock.now()).map(({ id }) => id);
    if (dead.length > 0) await this.transactions.run((tx) => this.keys.delete(tx, dead));
  }
}
