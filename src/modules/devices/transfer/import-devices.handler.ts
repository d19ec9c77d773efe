import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import { isRowsFault } from '../../../core/database/sql-state.js';
import type { Tx } from '../../../core/database/tx.js';
import { withOrigin } from '../../../core/origin/origin.js';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import type { DeviceImport, RowOutcome, StoredRow } from './device-import.js';
import { DeviceImportsRepository } from './device-imports.repository.js';
import { importJobKind } from './device-imports.service.js';
import { DeviceIntake } from './device-intake.service.js';

/** One record of the audit log tells of no more. */
const rowsAtOnce = 500;

/**
 * Jobs of kind `import-devices`: one batch of an import, and the job of the next one. Batch, report, progress and job are one
 * transaction: after a crash the import goes on behind the last row that is reported.
 */
@Injectable()
export class ImportDevicesHandler implements JobHandler, OnModuleInit {
  readonly kind = importJobKind;

  constructor(
    private readonly queue: Queue,
    private readonly imports: DeviceImportsRepository,
    private readonly intake: DeviceIntake,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob): Promise<void> {
    await this.takeBatch(job, rowsAtOnce);
    this.queue.hint('events');
  }

  /** A registration beside ours, or a row that the database refuses all the same, is found by taking ever fewer rows. */
  private async takeBatch(job: ClaimedJob, rows: number): Promise<void> {
    try {
      await this.transactions.run((tx) =>
        this.takeNext(tx, job, rows, (given, next) => this.intake.take(tx, given, next)),
      );
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      if (rows > 1) return this.takeBatch(job, Math.ceil(rows / 8));
      await this.transactions.run((tx) => this.takeNext(tx, job, 1, (_, next) => Promise.resolve(next.map(refused))));
    }
  }

  private async takeNext(
    tx: Tx,
    job: ClaimedJob,
    rows: number,
    take: (imported: DeviceImport, rows: readonly StoredRow[]) => Promise<RowOutcome[]>,
  ): Promise<void> {
    if (!(await this.imports.endJob(tx, job))) return;
    const imported = await this.imports.lock(tx, { id: job.tenantId }, job.id);
    if (imported === null) return;
    const next = await this.imports.nextRows(tx, imported, rows);
    const origin = imported.requestedBy ?? { kind: 'system' as const, reason: 'an import of devices' };
    const outcomes = await withOrigin(origin, () => take(imported, next));
    await this.imports.report(tx, imported, outcomes);
    if (imported.done + next.length >= imported.total) return;
    const { id, tenantId, laneId, kind } = job;
    await this.queue.enqueue(tx, [{ id, tenantId, laneId, kind }]);
  }
}

function refused({ position }: StoredRow): RowOutcome {
  return { position, status: 'error', deviceId: null, errors: [{ path: '', message: 'could not be stored' }] };
}
