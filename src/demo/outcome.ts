import type { ApiClient } from './api-client.js';
import type { DemoSetup } from './scenario.js';

interface RunSummary {
  id: string;
  status: string;
}
interface RunDetail extends RunSummary {
  steps: { type: string; status: string; attempts?: { status: string }[] }[];
}

/** What the histories say after all uplinks were posted. */
export interface Outcome {
  events: number;
  runs: number;
  filtered: number;
  /** Runs in which one destination had taken its message while another had failed and had to be tried again. */
  partial: number;
  /** Deliveries that the histories call delivered. */
  delivered: number;
  /** Runs that still wait for a delivery. */
  running: number;
}

const pageSize = 1_000;

export async function readOutcome({ client, devices, flowIds }: DemoSetup): Promise<Outcome> {
  const outcome = { events: 0, runs: 0, filtered: 0, partial: 0, delivered: 0, running: 0 };
  for (const device of devices) {
    outcome.events += (
      await client.get<{ event: string }[]>(`/api/v1/devices/${device.id}/history?limit=${pageSize.toString()}`)
    ).filter(({ event }) => event !== 'status_change').length;
  }
  for (const flowId of flowIds) {
    for (const run of await runsOf(client, flowId)) countRun(outcome, run);
  }
  return outcome;
}

async function runsOf(client: ApiClient, flowId: string): Promise<RunDetail[]> {
  const runs = await client.get<RunSummary[]>(`/api/v1/flows/${flowId}/history?limit=${pageSize.toString()}`);
  const details: RunDetail[] = [];
  for (const run of runs) details.push(await client.get<RunDetail>(`/api/v1/flows/${flowId}/history/${run.id}`));
  return details;
}

function countRun(outcome: Outcome, run: RunDetail): void {
  const deliveries = run.steps.filter((step) => step.type === 'integration');
  const triedAgain = deliveries.filter((step) => step.attempts?.some((attempt) => attempt.status === 'failed'));
  outcome.runs += 1;
  outcome.filtered += run.steps.filter((step) => step.status === 'filtered').length;
  outcome.delivered += deliveries.filter((step) => step.status === 'delivered').length;
  if (triedAgain.length > 0 && triedAgain.length < deliveries.length) outcome.partial += 1;
  if (run.status === 'running') outcome.running += 1;
}
