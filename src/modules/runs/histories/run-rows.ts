import type { RunStatus } from './dto/list-flow-history.query.js';
import type { StepStatus } from './dto/list-function-history.query.js';
import type { LogLine, StepError } from './dto/step-outcome.response.js';

/** One event through one flow. */
export interface FlowHistoryRow {
  id: string;
  flow_id: string;
  flow_name: string | null;
  flow_version: number;
  event_id: string;
  device_id: string;
  replay_of: string | null;
  status: RunStatus;
  trigger_source: string;
  started_at: Date;
  finished_at: Date | null;
  errors: { node_id: string; error: string }[] | null;
}

/** One node that ran on one message. */
export interface RanStep {
  seq: number;
  input_seq: number;
  node_id: string;
  type: string;
  entity_id: string;
  name: string | null;
  status: StepStatus;
  started_at: Date;
  duration_us: number;
  /** Packed. */
  output: Buffer | null;
  logs: LogLine[] | null;
  error: StepError | null;
}

/** A trigger of the version that ran. */
export interface RunTrigger {
  node_id: string;
  type: string;
  entity_id: string;
  name: string | null;
}
