/** What there is to do. Its id is the subject's own, so that nothing can be queued twice. */
export interface NewJob {
  id: string;
  tenantId: string;
  laneId: string;
  kind: string;
  /** Small and JSON; what is large is a row that the id leads to. */
  payload?: unknown;
  /** Absent: due at once, by the database's clock. */
  runAt?: Date;
  /** The job is inserted already claimed by this process, which goes on with it. */
  lease?: Lease;
}

/** Who holds a job. The token is new for every claim: a result is only taken from the holder of the present one. */
export interface Lease {
  workerId: string;
  token: string;
}

/** A job that this process holds. */
export interface ClaimedJob {
  id: string;
  tenantId: string;
  laneId: string;
  kind: string;
  payload: unknown;
  leaseToken: string;
  /** The only job that its blocked lane lets through: how it ends says whether the lane opens. */
  isProbe?: boolean;
}

/**
 * Does the jobs of one kind. `run` ends when the job's result is committed, with the job's own row in the same
 * statement, fenced by its token (see fence.ts). When it throws, the job is given back and comes again a little later:
 * a throw means "could not be done now" (the database was away), never "the user's code failed" — that is a result.
 */
export interface JobHandler {
  readonly kind: string;
  run(job: ClaimedJob, signal: AbortSignal): Promise<void>;
}
