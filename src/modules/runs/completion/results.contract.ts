/*
 * What a finished job leaves behind, row by row. Names and types are the tables' own; jsonb columns are JSON text,
 * bodies are packed bytes, times that the database must decide are delays in ms from its own present.
 */

/** What a device was called and wore; the id is the hash of the context, so equal ones are one row. */
export interface ContextRow {
  id: string;
  tenant_id: string;
  context: string;
}

/** One event through one flow. The counters are ends of paths; the status follows from them. */
export interface RunRow {
  id: string;
  tenant_id: string;
  flow_id: string;
  event_id: string;
  device_id: string;
  context_id: string;
  started_at: Date;
  /** Null while deliveries wait. */
  finished_at: Date | null;
  flow_version: number;
  /** Deliveries that wait and continuations still to run. */
  pending: number;
  succeeded: number;
  failed: number;
  trigger_source: string;
  /** JSON array of {node_id, error}; null: none. */
  errors: string | null;
  /** The run that this one repeats on request. */
  replay_of: string | null;
  /** Counts the repetitions of one event in one flow; 0: the event itself. */
  replay_number: number;
}

/** One function that ran on one message. */
export interface StepRow {
  run_id: string;
  tenant_id: string;
  entity_id: string;
  started_at: Date;
  duration_us: number;
  entity_version: number;
  /** The place in the flow's unfolded walk, from 1; the same in every run of the version. */
  seq: number;
  /** The step whose output came in; 0 is the envelope. */
  input_seq: number;
  type: string;
  status: 'success' | 'filtered' | 'error';
  node_id: string;
  output: Buffer | null;
  logs: string | null;
  error: string | null;
}

/** A delivery that was not delivered at once. Its job has the same id. */
export interface WaitingRow {
  id: string;
  tenant_id: string;
  run_id: string;
  flow_id: string;
  destination_id: string;
  created_at: Date;
  delay_ms: number;
  seq: number;
  input_seq: number;
  /** There are steps after it. */
  continues: boolean;
  node_id: string;
  /** The message, packed. */
  payload: Buffer;
  /** JSON array of Attempt. */
  attempts: string;
  /** Both set: an attempt is under way in this process, which goes on with it. */
  worker_id: string | null;
  lease_token: string | null;
}

/** A waiting delivery that failed once more; it is the job's own. */
export interface RetryRow {
  tenant_id: string;
  destination_id: string;
  delay_ms: number;
  attempts: string;
}

/** A delivery at its end. */
export interface EndedRow {
  id: string;
  tenant_id: string;
  run_id: string;
  flow_id: string;
  destination_id: string;
  created_at: Date;
  finished_at: Date;
  seq: number;
  input_seq: number;
  status: 'delivered' | 'failed';
  /** Why it failed; null: delivered. */
  code: string | null;
  node_id: string;
  attempts: string;
}

/** What changes in a run that was saved before: added to its counters. */
export interface ProgressRow {
  tenant_id: string;
  run_id: string;
  pending: number;
  succeeded: number;
  failed: number;
  /** JSON array of {node_id, error}. */
  errors: string;
}

/** Steps after a delivery that had to wait: a job of its own, of kind `continue-run`. */
export interface ContinuationRow {
  id: string;
  tenant_id: string;
  payload: string;
}

/** A device's newest readings, as JSON text: {key: [value, timeMs, fCnt | null]}. */
export interface LatestRow {
  device_id: string;
  /** The message's own time, and its counter where it has one: by them newer is told from older. */
  time_ms: number;
  f_cnt: number | null;
  /** When it was received, where the device sent it itself; the first such ends its handshake. */
  heard_ms: number | null;
  values: string;
}

/** What a codec made of one uplink; JSON columns are text. */
export interface DecodedRow {
  event_id: string;
  tenant_id: string;
  device_id: string;
  decoded: string | null;
  /** JSON array of texts. */
  warnings: string | null;
  error: string | null;
}

export interface Results {
  contexts?: ContextRow[];
  runs?: RunRow[];
  steps?: StepRow[];
  waiting?: WaitingRow[];
  retried?: RetryRow[];
  ended?: EndedRow[];
  progress?: ProgressRow[];
  continuations?: ContinuationRow[];
  latest?: LatestRow[];
  decoded?: DecodedRow[];
}

/** One try at a delivery, as it is kept and shown. */
export interface Attempt {
  /** RFC 3339. */
  at: string;
  status: 'delivered' | 'failed';
  duration_ms: number;
  code?: string;
  error?: string;
  response_status?: number;
  /** At most 16 KiB. */
  response?: string;
}
