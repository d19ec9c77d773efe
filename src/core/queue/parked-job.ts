/** `crash_loop`: it ended the process that ran it, alone in it, three times. */
export const parkedReasons = ['crash_loop'] as const;
export type ParkedReason = (typeof parkedReasons)[number];

/** A job that runs no more until a person lets it go. */
export interface ParkedJob {
  /** The id of its subject: the event, the delivery. */
  id: string;
  tenantId: string;
  laneId: string;
  kind: string;
  /** Null: it has just been let go. */
  state: ParkedReason | null;
  runAt: Date;
  crashes: number;
  aloneCrashes: number;
}
