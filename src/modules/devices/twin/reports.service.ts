import { Injectable } from '@nestjs/common';
import { Batcher } from '../../../core/batching/batcher.js';
import { Overloaded } from '../../../core/http/admission/overloaded.error.js';
import { Clock } from '../../../core/time/clock.js';
import { HeartbeatsService } from '../journal/heartbeats/heartbeats.service.js';
import { mergedReports, type MergedReports, type Outcome, type Report } from './merged-reports.rules.js';
import { ReportsRepository } from './reports.repository.js';

/** Somebody else reports for the same device at the same moment; more often than that it is no accident. */
const maxTries = 20;

/**
 * Takes what devices say they are: merges it into what they said before, and notes that they live. What arrives together
 * is a few statements together, however many devices it is; a report that changes nothing writes that the device lives and
 * nothing else. Reports of one device within one batch make one version.
 */
@Injectable()
export class ReportsService {
  private readonly batcher = new Batcher<Report, Outcome>({
    flush: (batch) => this.take(batch),
    maxItems: 256,
    maxInFlight: 2,
    gatherMs: 4,
    enough: 64,
    maxWaiting: 5_000,
    overflow: () => new Overloaded(),
  });

  constructor(
    private readonly reports: ReportsRepository,
    private readonly heartbeats: HeartbeatsService,
    private readonly clock: Clock,
  ) {}

  /** Answers the version of the reported state that it is in. When it throws, the device may send the same again. */
  async receive(report: Report): Promise<number> {
    const outcome = await this.batcher.add(report);
    if ('error' in outcome) throw outcome.error;
    return outcome.version;
  }

  private async take(batch: readonly Report[]): Promise<Outcome[]> {
    const outcomes = new Map<Report, Outcome>();
    let left = batch;
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === maxTries) throw new Overloaded();
      const merged = await this.merge(left);
      const written = merged.changed.length === 0 ? new Set<string>() : await this.reports.write(merged.changed);
      const late = new Set(merged.changed.map(({ device_id }) => device_id).filter((id) => !written.has(id)));
      for (const [report, outcome] of merged.outcomes) if (!late.has(report.deviceId)) outcomes.set(report, outcome);
      left = left.filter(({ deviceId }) => late.has(deviceId));
    }
    await this.noteAll(batch, outcomes);
    return batch.map((report) => outcomes.get(report) ?? { error: new Overloaded() });
  }

  private async merge(reports: readonly Report[]): Promise<MergedReports> {
    const devices = new Map(reports.map(({ tenantId, deviceId }) => [deviceId, { tenantId, deviceId }]));
    return mergedReports(reports, await this.reports.read([...devices.values()]), this.clock.now());
  }

  /** A report that is refused is no sign of a device that does what it should. */
  private async noteAll(batch: readonly Report[], outcomes: ReadonlyMap<Report, Outcome>): Promise<void> {
    const atMs = this.clock.nowMs();
    const good = batch.filter((report) => 'version' in (outcomes.get(report) ?? {}));
    const living = new Map(good.map(({ tenantId, deviceId }) => [deviceId, { tenantId, deviceId, atMs }]));
    await this.heartbeats.note([...living.values()]);
  }
}
