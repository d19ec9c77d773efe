import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { MatchedFlow } from '../../flows/flow-matcher.service.js';
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
}

/** A message on its way into a node. */
export interface Arrival {
  nodeId: string;
  seq: number;
  inputSeq: number;
  messageJson: string;
}
