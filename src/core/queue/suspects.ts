import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { endsWithin } from '../time/ends-within.js';
import { JobRunner } from './job-runner.js';
import { aloneForMs } from './suspects.rules.js';
import { SuspectsRepository, type ClaimedSuspect } from './suspects.repository.js';
import { WorkerLease } from './worker-lease.js';

/** Whoever waits behind the suspects waits no longer than this. */
const turnMs = 3_000;
/** Jobs of events take milliseconds; where they don't, suspects wait rather than everybody. */
const roomMs = 2_000;
const lookEveryMs = 5;

/**
 * Runs jobs that were held in a crash, one at a time and with nothing beside them in this process, so that a job that
 * ends processes takes nobody along and is known by it. The caller claims nothing else meanwhile.
 */
@Injectable()
export class Suspects {
  constructor(
    private readonly suspects: SuspectsRepository,
    private readonly runner: JobRunner,
    private readonly lease: WorkerLease,
  ) {}

  /** True: none are left that could be run. False: there was no room, or the turn is over. */
  async attend(goOn: () => boolean): Promise<boolean> {
    if (!(await this.makeRoom())) return false;
    const endsAtMs = performance.now() + turnMs;
    while (goOn() && performance.now() < endsAtMs) {
      const { workerId } = this.lease;
      const alone = this.runner.isIdle;
      const suspect = workerId === undefined ? undefined : await this.suspects.claim(workerId, alone);
      if (suspect === undefined) return true;
      await this.runAlone(suspect, alone);
    }
    return false;
  }

  private async makeRoom(): Promise<boolean> {
    const untilMs = performance.now() + roomMs;
    while (this.runner.isBusy && performance.now() < untilMs) await delay(lookEveryMs);
    return !this.runner.isBusy;
  }

  /** Company comes after a while even if the job goes on: else one slow destination would hold up all others. */
  private async runAlone({ job, lanes, crashes }: ClaimedSuspect, alone: boolean): Promise<void> {
    const isEnded = await endsWithin(this.runner.start(lanes, job), aloneForMs(lanes, crashes));
    if (!isEnded && alone) await this.suspects.letCompanyIn(job);
  }
}
