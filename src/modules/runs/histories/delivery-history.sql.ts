import type { DestinationType } from '../channels/channels.service.js';
import type { Attempt } from '../completion/results.contract.js';
import type { DeliveryStatus } from './dto/list-delivery-history.query.js';

/** One payload on its way to one destination, or at its end. */
export interface DeliveryRow {
  id: string;
  run_id: string;
  flow_id: string;
  flow_name: string | null;
  destination_type: DestinationType;
  destination_id: string;
  destination_name: string | null;
  seq: number;
  input_seq: number;
  node_id: string;
  status: DeliveryStatus;
  /** Why it failed. */
  code: string | null;
  created_at: Date;
  attempts: Attempt[];
  /** Packed; that of a finished delivery is what came in. */
  payload: Buffer | null;
  /** Null: it has ended, or is held until somebody lets it go. */
  next_attempt_at: Date | null;
  /** What keeps a waiting delivery from its next attempt; null: only its time. */
  held_by: string | null;
}

const shared = 'id, tenant_id, run_id, flow_id, destination_id, seq, input_seq, node_id, created_at, attempts';

export function waitingOf(where: string): string {
  return `SELECT ${shared}, 'waiting' AS status, NULL::text AS code, payload, next_attempt_at AS planned_at
    FROM waiting_deliveries WHERE ${where}`;
}

export function finishedOf(where: string): string {
  return `SELECT ${shared}, status, code, NULL::bytea AS payload, NULL::timestamptz AS planned_at FROM deliveries WHERE ${where}`;
}

/** The selects that make up the history of one status, or of all. */
export function historyOf(status: DeliveryStatus | undefined): ((where: string) => string)[] {
  if (status === 'waiting') return [waitingOf];
  if (status !== undefined) return [(where) => finishedOf(`${where} AND status = '${status}'`)];
  return [waitingOf, finishedOf];
}

/**
 * Adds what is shown but not stored: names, also those of deleted rows, and when the next attempt will be, which is the
 * later of the job's time and the end of its lane's block.
 */
export function withDisplayed(deliveries: string): string {
  return `
    SELECT d.id, d.run_id, d.flow_id, f.name AS flow_name, o.type AS destination_type, d.destination_id,
      o.name AS destination_name, d.seq, d.input_seq, d.node_id, d.status, d.code, d.created_at, d.attempts, d.payload,
      CASE WHEN d.status = 'waiting' AND l.disabled IS NOT TRUE AND l.paused IS NOT TRUE AND j.parked_reason IS NULL
           THEN GREATEST(COALESCE(j.run_at, d.planned_at), l.blocked_until) END AS next_attempt_at,
      CASE WHEN d.status <> 'waiting' THEN NULL
           WHEN j.parked_reason IS NOT NULL THEN j.parked_reason
           WHEN l.disabled THEN 'disabled'
           WHEN l.paused THEN 'paused'
           ELSE l.blocked_reason END AS held_by
    FROM (${deliveries}) d
      LEFT JOIN LATERAL (
        SELECT run_at, parked_reason FROM jobs WHERE id = d.id AND d.status = 'waiting' LIMIT 1
      ) j ON true
      LEFT JOIN lanes l ON l.tenant_id = d.tenant_id AND l.id = d.destination_id
      LEFT JOIN destinations o ON o.tenant_id = d.tenant_id AND o.id = d.destination_id
      LEFT JOIN flows f ON f.tenant_id = d.tenant_id AND f.id = d.flow_id
    ORDER BY d.id DESC`;
}
