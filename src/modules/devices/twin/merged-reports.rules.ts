import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { mergeDiff } from '../../../core/json/merge-diff.js';
import { mergePatch } from '../../../core/json/merge-patch.js';
import { DeviceNotFound } from '../device.errors.js';
import { isCalled, patchIn } from './device-document.rules.js';
import type { TwinDocument } from './device-twin.entity.js';
import type { ChangedReport, StoredReport } from './reports.statement.js';
import { faultsOf, whyTooLong } from './twin-document.rules.js';

/** What a device says of itself. */
export interface Report {
  tenantId: string;
  deviceId: string;
  /** How the path calls it, where it does. */
  name?: string;
  body: TwinDocument;
}

/** The version that a report is in, or why it is in none. */
export type Outcome = { version: number } | { error: Error };

export interface MergedReports {
  changed: ChangedReport[];
  outcomes: Map<Report, Outcome>;
}

/** Merges reports into what their devices said before, each device's in their order. */
export function mergedReports(
  reports: readonly Report[],
  stored: ReadonlyMap<string, StoredReport>,
  at: Date,
): MergedReports {
  const changed: ChangedReport[] = [];
  const outcomes = new Map<Report, Outcome>();
  for (const [deviceId, own] of Map.groupBy(reports, (report) => report.deviceId)) {
    const device = stored.get(deviceId);
    const before = device?.reported ?? {};
    let after = before;
    const good: Report[] = [];
    for (const report of own) {
      try {
        after = merged(after, report, device);
        good.push(report);
      } catch (error) {
        // Theirs alone: the others of the batch are not to blame.
        outcomes.set(report, { error: error instanceof Error ? error : new Error(String(error)) });
      }
    }
    const change = mergeDiff(before, after);
    const version = (device?.version ?? 0) + (change === undefined ? 0 : 1);
    for (const report of good) outcomes.set(report, { version });
    const [first] = good;
    if (change !== undefined && first !== undefined) changed.push(changedOf(first, version, after, change, at));
  }
  return { changed, outcomes };
}

function merged(state: TwinDocument, { body, name }: Report, device: StoredReport | undefined): TwinDocument {
  if (device === undefined || (name !== undefined && !isCalled(device, name))) throw new DeviceNotFound();
  const { patch, path } = patchIn(body, device);
  const faults = faultsOf(patch, path);
  if (faults.length > 0) throw new ValidationFailed(faults);
  const next = mergePatch(state, patch) as TwinDocument;
  const tooLong = whyTooLong(next, path === '' ? 'reported' : path);
  if (tooLong !== undefined) throw new ValidationFailed([tooLong]);
  return next;
}

function changedOf(
  { tenantId, deviceId }: Report,
  version: number,
  after: TwinDocument,
  change: unknown,
  at: Date,
): ChangedReport {
  return {
    id: newId(at.getTime()),
    tenant_id: tenantId,
    device_id: deviceId,
    version,
    at,
    reported: JSON.stringify(after),
    change: JSON.stringify(change),
  };
}
