import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { MatchedFlow } from '../../flows/flow-matcher.service.js';
import type { DestinationRef } from '../../runs/channels/channels.service.js';
import type { RunLedger } from './run-ledger.js';
import type { PathNumbering } from './path-numbering.js';

/** One walk of one run. */
export interface Walk {
  tenant: Tenant;
  runId: string;
  flowId: string;
  /** Whose message it is. */
  deviceId: string;
  graph: MatchedFlow['graph'];
  numbering: PathNumbering;
  /** What user code sees as "now". */
  eventTimeMs: number;
  signal: AbortSignal;
  /** Who takes what leaves, where it is only tried; else it really leaves. */
  deliverer?: Deliverer;
}

/** A message on its way into a node. */
export interface Arrival {
  nodeId: string;
  seq: number;
  inputSeq: number;
  messageJson: string;
}

/** Takes what leaves a walk, and writes down in the ledger where that leaves the delivery. */
export interface Deliverer {
  /** True: delivered, and what follows may run now. */
  make(walk: Walk, arrival: Arrival, to: DestinationRef, ledger: RunLedger): Promise<boolean>;
}
