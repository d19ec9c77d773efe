import { Transactions } from '../../src/core/database/transactions.js';
import type { Tx } from '../../src/core/database/tx.js';
import type { TestApp } from './app.js';
import { eventually } from './eventually.js';

/**
 * A lock that a test holds, so that all who want it stand in line behind each other: they go on in the order in which they
 * came, once it is released.
 */
export class HeldLock {
  private waiting = 0;

  private constructor(
    private readonly server: TestApp,
    private readonly free: () => void,
    private readonly ended: Promise<void>,
  ) {}

  static async take(server: TestApp, take: (tx: Tx) => Promise<unknown>): Promise<HeldLock> {
    const [held, free] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const ended = server.app.get(Transactions, { strict: false }).run(async (tx) => {
      await take(tx);
      held.resolve(undefined);
      await free.promise;
    });
    await Promise.race([held.promise, ended]);
    const release = () => {
      free.resolve(undefined);
    };
    return new HeldLock(server, release, ended);
  }

  /** Starts something and comes back when it stands in line; its answer is there after the release. */
  async queue<Answer>(start: () => Promise<Answer>): Promise<{ answer: Promise<Answer> }> {
    const answer = start();
    this.waiting += 1;
    await eventually(async () => ((await this.inLine()) === this.waiting ? true : undefined), 'it stands in line');
    return { answer };
  }

  async release(): Promise<void> {
    this.free();
    await this.ended;
  }

  private async inLine(): Promise<number> {
    const [row] = await this.server.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return row?.n ?? 0;
  }
}
