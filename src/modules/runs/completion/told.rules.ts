import type { NewsKind } from '../../../core/news/news.sql.js';
import type { Results } from './results.contract.js';

/** One row for those who listen to its tenant. */
export interface ToldRow {
  tenant_id: string;
  kind: NewsKind;
  id: string;
}

/**
 * What listeners are told of finished jobs: runs that have ended or gone on (only the database knows whether that was their
 * end), deliveries that have failed, and events of which there are decoded values now. Nothing, for nobody.
 */
export function toldOf(
  completions: readonly { jobId: string; results: Results }[],
  tenants: readonly string[],
): (ToldRow & { job_id: string })[] {
  if (tenants.length === 0) return [];
  const told: (ToldRow & { job_id: string })[] = [];
  for (const { jobId, results } of completions) {
    const tell = (kind: NewsKind, tenantId: string, id: string): void => {
      if (tenants.includes(tenantId)) told.push({ job_id: jobId, tenant_id: tenantId, kind, id });
    };
    for (const run of results.runs ?? []) if (run.pending === 0) tell('flow_run', run.tenant_id, run.id);
    for (const run of results.progress ?? []) tell('flow_run', run.tenant_id, run.run_id);
    for (const end of results.ended ?? []) if (end.status === 'failed') tell('delivery', end.tenant_id, end.id);
    for (const event of results.decoded ?? []) tell('device_event', event.tenant_id, event.event_id);
  }
  return told;
}
