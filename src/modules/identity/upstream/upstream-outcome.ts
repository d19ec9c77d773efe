/**
 * What came of one attempt to get on with the upstream. `done`: all that there was to do; `reported` is the version of the
 * current state that the upstream has by now. `away`: another try may do better. `refused`: it would not. `over`: it was
 * reset or replaced meanwhile.
 */
export type UpstreamOutcome =
  | { kind: 'done'; reported?: number }
  | { kind: 'away'; reason: string; retryAfterMs: number }
  | { kind: 'refused'; reason: string }
  | { kind: 'over' };
