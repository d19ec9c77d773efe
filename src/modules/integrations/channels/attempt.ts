import type { AttemptOutcome } from '../../runs/channels/channels.service.js';

export type Delivered = Extract<AttemptOutcome, { status: 'delivered' }>;
export type Failure = Extract<AttemptOutcome, { status: 'failed' }>;

const maxErrorLength = 1_024;

export function failed(code: string, error: string, retryable: boolean): Failure {
  return { status: 'failed', code, error: storable(error).slice(0, maxErrorLength), retryable };
}

/** What came from outside, as PostgreSQL can hold it. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node tries every address of a name and puts what each said into an AggregateError without a text of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error.message;
}
