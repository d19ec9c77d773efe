import { STATUS_CODES } from 'node:http';
import type { AlsoSays } from '../../core/http/problems/send-problem.js';

/** What document 000’s clients read of an error. */
export const identitySays: AlsoSays = ({ status, detail }) => ({
  error: STATUS_CODES[status] ?? 'Error',
  message: detail,
});
