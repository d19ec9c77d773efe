/** A time in which nobody could send us anything: no process took messages, into the database or into a spool. */
export interface Outage {
  beganAtMs: number;
  endedAtMs: number;
}

/** What all processes together know of when messages could be accepted. */
export interface Intake {
  /** Until now, or the last beat before everything went down; null before the first. */
  beatenAtMs: number | null;
  /** Beats have come without a pause since then. */
  beatingSinceMs: number | null;
  /** Until then some process brings in what it has spooled; null: none does. */
  spooledUntilMs: number | null;
  /** Those that ended after a given time, oldest first. */
  outages: readonly Outage[];
}

/** How often a process that takes messages says so. */
export const beatEveryMs = 5_000;
/** Without a beat for so long, time has stood still for whoever should have made it. */
export const beatMissedMs = 3 * beatEveryMs;
