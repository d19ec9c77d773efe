import { storable } from '../../../core/outbound/told.js';
import type { AttemptOutcome } from './channels.service.js';

export type Delivered = Extract<AttemptOutcome, { status: 'delivered' }>;
export type Failure = Extract<AttemptOutcome, { status: 'failed' }>;

const maxErrorLength = 1_024;

export function failed(code: string, error: string, retryable: boolean): Failure {
  return { status: 'failed', code, error: storable(error).slice(0, maxErrorLength), retryable };
}
