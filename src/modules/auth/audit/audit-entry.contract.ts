import type { Fields } from './audit-changes.rules.js';

/** What was changed, by the name that it had then. */
export interface AuditSubject {
  /** The entity's singular name, as in `changes`: `device`, `flow`, `api_key` … */
  kind: string;
  id: string;
  name: string | null;
}

export const actorKinds = ['user', 'api_key', 'device', 'provisioning_key', 'system'] as const;
export type ActorKind = (typeof actorKinds)[number];

export interface AuditActor {
  kind: ActorKind;
  /** Null for the system. */
  id: string | null;
  /** Where the log cannot look it up. */
  name?: string;
}

/** A row before and after a change: without `before` it is new, without `after` it is gone. */
export interface RowChange<Row extends Fields> {
  before?: Row;
  after?: Row;
}

/** One change that somebody made. */
export interface AuditEntry {
  /** `<kind>.<past tense>`: `label.updated`, `delivery.replayed`. */
  action: string;
  subject: AuditSubject;
  /** The row before the change; absent where there was none. Only fields that differ are kept, and no secret. */
  before?: Fields;
  /** The row after it; absent where there is none left. */
  after?: Fields;
  /** What else is worth knowing: how many were replayed, from when to when. Holds no secret. */
  report?: Readonly<Record<string, unknown>>;
  /** Only where the request itself cannot say it: who has just registered, who has redeemed an invitation. */
  actor?: AuditActor;
}

/** One change of many rows. */
export interface BulkAuditEntry {
  action: string;
  kind: string;
  ids: readonly string[];
  report?: Readonly<Record<string, unknown>>;
}
