import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { endsWithin } from '../time/ends-within.js';
import { JobRunner } from './job-runner.js';
import { aloneForMs, crashesByChance } from './suspects.rules.js';
import { SuspectsRepository, type ClaimedSuspect } from './suspects.repository.js';
import { WorkerLease } from './worker-lease.js';

/** Whoever waits behind the suspects waits no longer than this. */
const turnMs = 3_000;
/** Jobs of events take milliseconds, a full house of them a few seconds; where not, suspects wait rather than everybody. */
const roomMs = 5_000;
const lonelinessMs = 2_000;
const lookEveryMs = 5;

/**
 * Runs jobs that were held in a crash, one at a time and with nothing beside them in this process, so that a job that
 * ends processes takes nobody along and is known by it. The caller claims nothing else meanwhile.
 */
@Injectable()
export class Suspects {
  private hasWaited = false;

  constructor(
    private readonly suspects: SuspectsRepository,
    private readonly runner: JobRunner,
    private readonly lease: WorkerLease,
  ) {}

  /** True: none are left that could be run. False: there was no room, or the turn is over. */
  async attend(goOn: () => boolean): Promise<boolean> {
    if (!(await this.comesAbout(() => !this.runner.isBusy, roomMs))) return false;
    const endsAtMs = performance.now() + turnMs;
    this.hasWaited = false;
    while (goOn() && performance.now() < endsAtMs) {
      const suspect = await this.next();
      if (suspect === undefined) return true;
      await this.runAlone(suspect);
    }
    return false;
  }

  /** Beside deliveries that wait for their answers run those that were in few crashes; once a turn the others may wait. */
  private async next(): Promise<Suspect | undefined> {
    const alone = this.runner.isIdle;
    const suspect = await this.claim(alone, alone ? undefined : crashesByChance);
    if (suspect !== undefined || alone || !(await this.suspects.areDue())) return suspect;
    if (!this.hasWaited) await this.comesAbout(() => this.runner.isIdle, lonelinessMs);
    this.hasWaited = true;
    return this.claim(this.runner.isIdle);
  }

  private async claim(alone: boolean, mostCrashes?: number): Promise<Suspect | undefined> {
    const { workerId } = this.lease;
    const claimed = workerId === undefined ? undefined : await this.suspects.claim(workerId, alone, mostCrashes);
    return claimed === undefined ? undefined : { ...claimed, alone };
  }

  /** Company comes after a while even if the job goes on: else one slow destination would hold up all others. */
  private async runAlone({ job, lanes, crashes, alone }: Suspect): Promise<void> {
    const isEnded = await endsWithin(this.runner.start(lanes, job), aloneForMs(lanes, crashes));
    if (!isEnded && alone) await this.suspects.letCompanyIn(job);
  }

  private async comesAbout(condition: () => boolean, withinMs: number): Promise<boolean> {
    const untilMs = performance.now() + withinMs;
    while (!condition() && performance.now() < untilMs) await delay(lookEveryMs);
    return condition();
  }
}

interface Suspect extends ClaimedSuspect {
  alone: boolean;
}
