import type { Attempt } from '../completion/results.contract.js';

/** The part of a delivery that says how it went. */
interface Tried {
  status: 'delivered' | 'waiting' | 'failed';
  code: string | null;
  attempts: readonly Attempt[];
}

/** Why it is not delivered, by its last attempt, or by what ended it without one; null: it is, or was never tried. */
export function failureOf({ status, code, attempts }: Tried): { code: string; message: string } | null {
  if (status === 'delivered') return null;
  const last = attempts.at(-1);
  const why = code ?? last?.code;
  return why === undefined ? null : { code: why, message: last?.error ?? why };
}

/** What the other side said last, if it said anything. */
export function answerOf({ attempts }: Tried): Pick<Attempt, 'response_status' | 'response'> | null {
  const { response_status, response } = attempts.at(-1) ?? {};
  if (response_status === undefined && response === undefined) return null;
  return {
    ...(response_status === undefined ? {} : { response_status }),
    ...(response === undefined ? {} : { response }),
  };
}

/** The time that all attempts took together. */
export function totalMsOf({ attempts }: Tried): number {
  return attempts.reduce((sum, attempt) => sum + attempt.duration_ms, 0);
}
