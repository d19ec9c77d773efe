import type { FieldError } from '../../errors/app-error.js';

/** An error as the client will see it, before it becomes a body and headers. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: readonly FieldError[];
  retryAfterSeconds?: number;
}
