import type { EndedRow, Results, StepRow, WaitingRow } from '../../runs/completion/results.contract.js';
import type { ClaimedJob } from '../../../core/queue/job.js';
import type { Tried } from '../../runs/deliveries/attempts.service.js';

/** An attempt that nobody waits for any more, and how to give back its place at the destination. */
export interface AttemptUnderWay {
  tried: Promise<Tried>;
  leave: () => void;
}

/** An attempt that outlasted its run: its delivery is saved as waiting, and its job goes on here. */
export interface HeldAttempt extends AttemptUnderWay {
  job: ClaimedJob;
}

/** Writes down what happens in one walk: rows, and how its paths ended. */
export class RunLedger {
  readonly steps: StepRow[] = [];
  readonly waiting: WaitingRow[] = [];
  readonly ended: EndedRow[] = [];
  readonly held: HeldAttempt[] = [];
  readonly errors: { node_id: string; error: string }[] = [];
  private succeeded = 0;

  pathSucceeded(): void {
    this.succeeded += 1;
  }

  pathFailed(nodeId: string, error: string): void {
    this.errors.push({ node_id: nodeId, error });
  }

  get counts(): { pending: number; succeeded: number; failed: number } {
    return { pending: this.waiting.length, succeeded: this.succeeded, failed: this.errors.length };
  }

  get rows(): Pick<Results, 'steps' | 'waiting' | 'ended'> {
    return { steps: this.steps, waiting: this.waiting, ended: this.ended };
  }
}
