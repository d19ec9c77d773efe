import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../../core/config/settings.js';
import { Clock } from '../../../../core/time/clock.js';
import { SpoolService } from '../spool/spool.service.js';
import { beatEveryMs, beatMissedMs } from './intake.contract.js';
import { IntakeRepository } from './intake.repository.js';

/** A spool that does not get empty in this time has other troubles; devices are not to be waited for any longer. */
const bringingInAtMostMs = 10 * 60_000;

/**
 * Says every few seconds that this process takes messages, and since when it has: also through a time in which only its
 * spool took them, and the database could not be told. What no process vouches for was an outage.
 */
@Injectable()
export class IntakeBeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(IntakeBeat.name);
  private acceptingSinceMs: number | undefined;
  private lastTickMs: number | undefined;
  private bringingInSinceMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly spool: SpoolService,
    private readonly intake: IntakeRepository,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'worker') return;
    await this.beat();
    this.timer = setInterval(() => void this.beat(), beatEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
  }

  /** Runs by itself; tests that move the clock call it. */
  async beat(): Promise<void> {
    this.beating ??= this.beatOnce().finally(() => {
      this.beating = undefined;
    });
    await this.beating;
  }

  private async beatOnce(): Promise<void> {
    const nowMs = this.clock.nowMs();
    // A laptop that slept, a process that was stopped: it took nothing in that time.
    if (this.lastTickMs !== undefined && nowMs - this.lastTickMs > beatMissedMs) this.acceptingSinceMs = undefined;
    this.lastTickMs = nowMs;
    this.acceptingSinceMs ??= nowMs;
    try {
      await this.intake.beat(new Date(this.acceptingSinceMs), new Date(nowMs), this.isBringingIn(nowMs));
    } catch (error) {
      this.bringingInSinceMs = undefined;
      if (this.spool.condition === 'ready') return;
      this.acceptingSinceMs = undefined;
      this.logger.warn({ err: error }, 'messages can be put neither into the database nor into the spool');
    }
  }

  private isBringingIn(nowMs: number): boolean {
    this.bringingInSinceMs = this.spool.depth.records === 0 ? undefined : (this.bringingInSinceMs ?? nowMs);
    return this.bringingInSinceMs !== undefined && nowMs - this.bringingInSinceMs < bringingInAtMostMs;
  }
}
