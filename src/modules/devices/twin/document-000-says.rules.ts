import { STATUS_CODES } from 'node:http';
import type { AlsoSays } from '../../../core/http/problems/send-problem.js';

/** What clients of document 000 read of an error: `error` says which kind, `message` what it was. */
export const document000Says: AlsoSays = ({ status, detail }) => ({
  error: STATUS_CODES[status] ?? 'Error',
  message: detail,
});
