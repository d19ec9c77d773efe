import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { Queue } from '../../../core/queue/queue.js';
import { Clock } from '../../../core/time/clock.js';
import type { Outage } from '../journal/intake/intake.contract.js';
import { IntakeRepository } from '../journal/intake/intake.repository.js';
import type { StatusChange } from '../journal/status-changes/status-change.contract.js';
import { StatusChangesService } from '../journal/status-changes/status-changes.service.js';
import { isFairToJudge, verdictOn, type Verdict } from './lateness.rules.js';
import { StatusSweepRepository, type DueDevice } from './status-sweep.repository.js';

const everyMs = 10_000;
/** Messages of these devices wait for as long as a batch takes, so it is a matter of milliseconds. */
const batchSize = 500;

/**
 * Turns devices offline that are late, each once and in an event of its own. Any number of sweepers may run at once; one
 * at a time is enough, and the lock of its task sees to that.
 */
@Injectable()
export class StatusSweeper implements OnModuleInit {
  private readonly logger = new Logger(StatusSweeper.name);

  constructor(
    private readonly maintenance: Maintenance,
    private readonly transactions: Transactions,
    private readonly intake: IntakeRepository,
    private readonly sweeps: StatusSweepRepository,
    private readonly statusChanges: StatusChangesService,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'device-status', everyMs, run: () => this.sweep() });
  }

  /** Looks at every device that is due, unless nobody could tell now whether it is late. */
  async sweep(): Promise<void> {
    const intake = await this.intake.read();
    if (!isFairToJudge(intake, this.clock.nowMs())) return;
    let late = 0;
    for (;;) {
      const batch = await this.sweepBatch(intake.outages);
      late += batch.late;
      if (batch.judged < batchSize) break;
    }
    if (late === 0) return;
    this.queue.hint('events');
    this.logger.log({ devices: late }, 'devices are late and offline now');
  }

  private async sweepBatch(outages: readonly Outage[]): Promise<{ judged: number; late: number }> {
    const now = this.clock.now();
    return this.transactions.run(async (tx) => {
      const due = await this.sweeps.lockDue(tx, now, batchSize);
      if (due.length === 0) return { judged: 0, late: 0 };
      const ids = due.map(({ id }) => id);
      const expected = await this.sweeps.expectedMinutes(tx, ids);
      const judged = due.map((device) => {
        const minutes = expected.get(device.id) ?? null;
        return { id: device.id, device, minutes, verdict: verdictOn(device, minutes, outages, now) };
      });
      await this.sweeps.save(tx, judged);
      const late = judged.filter(({ device, verdict }) => verdict.status !== device.status).map(turnOf);
      await this.statusChanges.record(tx, late);
      return { judged: due.length, late: late.length };
    });
  }
}

function turnOf({ device, minutes, verdict }: { device: DueDevice; minutes: number | null; verdict: Verdict }) {
  const turn: StatusChange = {
    tenantId: device.tenantId,
    deviceId: device.id,
    from: device.status,
    to: verdict.status,
    reason: 'late',
    details: { last_seen_at: device.lastSeenAt?.toISOString() ?? null, expected_transmit_time: minutes },
  };
  return turn;
}
