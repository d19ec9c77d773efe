/** One thing that has to be done now and then, by one process at a time. */
export interface MaintenanceTask {
  /** Names the task in the log, and is its lock among all processes. */
  readonly name: string;
  readonly everyMs: number;
  /** Also once before the first request is accepted. */
  readonly atStart?: boolean;
  /** Must leave something whole wherever a crash ends it. What it throws is logged; the next time may do better. */
  run(): Promise<void>;
}
