import type { TestDatabase } from '../database.js';
import type { HttpSink, ReceivedRequest } from '../http-sink.js';
import { eventually } from '../eventually.js';

/** What is in the database and at the sink when the queue is empty. */
export interface Verdict {
  counts: { stored: number; runs: number; delivered: number; duplicates: number };
  faults: Faults;
}

/** Every list is empty when the promises hold. */
export interface Faults {
  /** Answered events that are not stored. */
  lostEvents: string[];
  /** Stored events that some flow should have carried and has no run of. */
  missedRuns: string[];
  /** Runs that did not come to a good end although every function and destination works. */
  badRuns: { id: string; status: string }[];
  /** Delivered, says the history; the sink never saw it. */
  unseenDeliveries: string[];
  /** The sink took it; the history does not say so. */
  unknownDeliveries: string[];
  /** Sent again although its result was saved. */
  sentAfterSaved: string[];
  /** One id with two messages. */
  changedBodies: string[];
  /** Runs whose counters are not what their deliveries and jobs say. */
  wrongCounters: string[];
}

interface RunFact {
  id: string;
  status: string;
  event_id: string;
}

interface DeliveryFact {
  id: string;
  status: string;
  finished_at: Date;
}

/** A commit may end a little after the time that its row says. */
const commitMs = 2_000;

/** Compares what was answered, what is stored, and what one sink saw. The sink belongs to one scenario, with one flow. */
export class Oracle {
  constructor(
    private readonly database: TestDatabase,
    private readonly sink: HttpSink,
    private readonly flowId: string,
    private readonly deviceIds: readonly string[],
  ) {}

  /** Nothing is left to do but what waits for its time. */
  async queueIsEmpty(patienceMs = 60_000): Promise<void> {
    await eventually(
      async () => {
        const [left] = await this.database.query(`SELECT id FROM jobs LIMIT 1`);
        return left === undefined ? true : undefined;
      },
      'a queue without jobs',
      patienceMs,
    );
  }

  async judge(answeredEventIds: readonly string[]): Promise<Verdict> {
    const [events, runs, deliveries] = await Promise.all([
      this.ids(`SELECT id FROM device_events WHERE device_id = ANY ($1::uuid[]) AND event <> 'status_change'`, [
        this.deviceIds,
      ]),
      this.database.query<RunFact>(`SELECT id, status, event_id FROM flow_runs WHERE flow_id = $1`, [this.flowId]),
      this.database.query<DeliveryFact>(`SELECT id, status, finished_at FROM deliveries WHERE flow_id = $1`, [
        this.flowId,
      ]),
    ]);
    const seen = this.seenById();
    const stored = new Set(events);
    const ran = new Set(runs.map((run) => run.event_id));
    return {
      counts: {
        stored: stored.size,
        runs: runs.length,
        delivered: deliveries.filter(isDelivered).length,
        duplicates: this.sink.requests.length - seen.size,
      },
      faults: {
        lostEvents: [...new Set(answeredEventIds)].filter((id) => !stored.has(id)),
        missedRuns: events.filter((id) => !ran.has(id)),
        badRuns: runs.filter((run) => run.status !== 'success').map(({ id, status }) => ({ id, status })),
        wrongCounters: await this.wrongCounters(),
        ...compare(deliveries, seen),
      },
    };
  }

  private seenById(): Map<string, ReceivedRequest[]> {
    const byId = new Map<string, ReceivedRequest[]>();
    for (const request of this.sink.requests) {
      const id = String(request.headers['webhook-id']);
      const known = byId.get(id);
      if (known === undefined) byId.set(id, [request]);
      else known.push(request);
    }
    return byId;
  }

  /** made = delivered + failed + waiting, run by run: what a run counts is what its rows say. */
  private wrongCounters(): Promise<string[]> {
    return this.ids(
      `SELECT r.id FROM flow_runs r
       WHERE r.flow_id = $1 AND (
         r.pending <> (SELECT count(*) FROM waiting_deliveries w WHERE w.tenant_id = r.tenant_id AND w.run_id = r.id)
                    + (SELECT count(*) FROM jobs j WHERE j.kind = 'continue-run' AND j.payload ->> 'run_id' = r.id::text)
         OR r.failed < (SELECT count(*) FROM deliveries d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.id AND d.status = 'failed')
         OR (r.status = 'running') <> (r.pending > 0))`,
      [this.flowId],
    );
  }

  private async ids(sql: string, params: unknown[]): Promise<string[]> {
    return (await this.database.query<{ id: string }>(sql, params)).map(({ id }) => id);
  }
}

/** The history against the sink's own log. */
function compare(deliveries: DeliveryFact[], seen: Map<string, ReceivedRequest[]>) {
  const delivered = deliveries.filter(isDelivered);
  const known = new Set(deliveries.map(({ id }) => id));
  const again = ({ id, finished_at }: DeliveryFact) =>
    seen.get(id)?.some((request) => request.atMs > finished_at.getTime() + commitMs) === true;
  return {
    unseenDeliveries: delivered.map(({ id }) => id).filter((id) => !seen.has(id)),
    unknownDeliveries: [...seen.keys()].filter((id) => !known.has(id)),
    sentAfterSaved: delivered.filter(again).map(({ id }) => id),
    changedBodies: [...seen].filter(([, all]) => new Set(all.map(({ body }) => body)).size > 1).map(([id]) => id),
  };
}

function isDelivered({ status }: DeliveryFact): boolean {
  return status === 'delivered';
}

/** What `judge` must find: `expect(verdict.faults).toEqual(noFaults)` shows at once which promise broke, and for whom. */
export const noFaults: Faults = {
  lostEvents: [],
  missedRuns: [],
  badRuns: [],
  unseenDeliveries: [],
  unknownDeliveries: [],
  sentAfterSaved: [],
  changedBodies: [],
  wrongCounters: [],
};
