import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { isDatabaseAway } from '../../../core/database/database-away.js';
import { HotPool } from '../../../core/database/hot-pool.js';
import { Clock } from '../../../core/time/clock.js';

/** With the time a connection takes this is well below the second in which its return is to be noticed. */
const probeEveryMs = 250;
const probeWithinMs = 1_000;
/** A database that answers but takes nothing (a full disk, a missing table) is tried ever more rarely. */
const longestPauseMs = 5_000;

/**
 * Knows whether the database takes messages now. Whoever finds out that it does not says `lost`; then it is asked again
 * and again by a connection of its own, and its return is told to one listener, who says `found` when it has stored
 * something, or that nothing waits to be stored.
 */
@Injectable()
export class DatabaseWatch implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DatabaseWatch.name);
  private awaySinceMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private disappointments = 0;
  private stopped = false;
  private welcome: () => Promise<void> = () => {
    this.found();
    return Promise.resolve();
  };

  constructor(
    private readonly pool: HotPool,
    private readonly clock: Clock,
  ) {}

  get isAway(): boolean {
    return this.awaySinceMs !== undefined;
  }

  /** `welcome` throws while the database takes nothing yet. */
  onAnswer(welcome: () => Promise<void>): void {
    this.welcome = welcome;
  }

  lost(error: unknown): void {
    if (this.isAway) return;
    this.awaySinceMs = this.clock.nowMs();
    this.disappointments = 0;
    const level = isDatabaseAway(error) ? 'warn' : 'error';
    this.logger[level]({ err: error }, 'the database takes no messages; they go to the spool');
    this.probeAfter(probeEveryMs);
  }

  found(): void {
    if (this.awaySinceMs === undefined) return;
    const awayMs = this.clock.nowMs() - this.awaySinceMs;
    this.awaySinceMs = undefined;
    clearTimeout(this.timer);
    this.logger.log({ away_ms: awayMs }, 'the database takes messages again');
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private probeAfter(pauseMs: number): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.probe(), pauseMs);
    this.timer.unref();
  }

  private async probe(): Promise<void> {
    const answers = await this.pool.probe(probeWithinMs).then(
      () => true,
      () => false,
    );
    if (answers) {
      await this.welcome().catch((error: unknown) => {
        this.disappointments += 1;
        this.logger.warn({ err: error }, 'the database answers, but takes no messages yet');
      });
    }
    if (!this.isAway) return;
    this.probeAfter(answers ? Math.min(longestPauseMs, probeEveryMs * 2 ** this.disappointments) : probeEveryMs);
  }
}
