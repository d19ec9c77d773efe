import type { Tenant } from '../../../core/tenancy/tenant.js';

/** One message at one node. */
export interface StepInput {
  tenant: Tenant;
  runId: string;
  nodeId: string;
  /** The row that the node names. */
  entityId: string;
  seq: number;
  /** The envelope, or what the step before made of it: JSON text. */
  messageJson: string;
  /** When the event was received: what user code sees as "now", in every re-run. */
  eventTimeMs: number;
  /** Somebody only looks what would happen: limits that are hit then are not held against the one in use. */
  isTrial: boolean;
}

/** What a step came to. `success` passes its output on; `filtered` and `error` end this path, never its siblings. */
export interface StepOutcome {
  status: 'success' | 'filtered' | 'error';
  outputJson: string | null;
  logs: { level: string; message: string }[];
  error: { code: string; message: string; line?: number; column?: number } | null;
  durationUs: number;
  /** Which version of the entity ran. */
  entityVersion: number;
}

/**
 * A kind of node that turns one message into one message, or into none. Nodes that deliver are not steps but channels
 * (runs/channels). A new kind is one class beside this file and one line in step-kinds.ts; `run` never throws for what
 * the user's code or configuration did.
 */
export interface StepKind {
  readonly nodeType: string;
  run(input: StepInput): Promise<StepOutcome>;
}
