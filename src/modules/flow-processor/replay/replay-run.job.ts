/** What a job of kind `replay-run` carries; its id is the new run's. */
export interface ReplayRunJob {
  /** The run that is repeated. */
  replay_of: string;
  replay_number: number;
  flow_id: string;
  event_id: string;
  device_id: string;
  context_id: string;
  version: number;
  trigger_source: string;
}
