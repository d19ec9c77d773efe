import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import type { Tenant } from '../tenancy/tenant.js';

/** Every process hears within this time that somebody began to listen. */
const lookEveryMs = 1_000;
/** A process that ends without a word is listened for no longer than this. */
const listensForSeconds = 30;
/** Well before it runs out. */
export const listenAgainEveryMs = 10_000;
/** When every process surely knows: two looks, and the time they take. */
export const allKnowAfterMs = 2 * lookEveryMs + 500;

/**
 * Knows, in every process, for which tenants somebody listens in any. Who makes news asks for `tenants`, thousands of times a
 * second, and writes none for the others. Not by `changes`: those are heard only up to the oldest transaction that runs.
 */
@Injectable()
export class Listeners implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Listeners.name);
  private known: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly pool: HotPool) {}

  /** Their ids. */
  get tenants(): readonly string[] {
    return this.known;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** To be said again and again while somebody listens. */
  async listen(tenants: readonly Tenant[]): Promise<void> {
    const ids = [...new Set(tenants.map(({ id }) => id))].sort();
    await this.pool.query(
      `INSERT INTO news_listeners (tenant_id, listens_until)
       SELECT id, now() + interval '${listensForSeconds.toString()} s' FROM unnest($1::uuid[]) AS id
       ON CONFLICT (tenant_id) DO UPDATE SET listens_until = EXCLUDED.listens_until`,
      [ids],
    );
    this.known = [...new Set([...this.known, ...ids])];
  }

  /** Runs each second by itself; tests call it instead of waiting. */
  async look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  private async lookOnce(): Promise<void> {
    try {
      const rows = await this.pool.named<{ tenant_id: string }>(
        'news-listeners',
        'SELECT tenant_id FROM news_listeners WHERE listens_until > now()',
        [],
      );
      this.known = rows.map((row) => row.tenant_id);
    } catch (error) {
      // Who makes news needs the same database.
      this.logger.debug({ err: error }, 'nobody knows now who listens');
    }
  }
}
