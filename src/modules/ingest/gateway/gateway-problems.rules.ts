import type { AlsoSays } from '../../../core/http/problems/send-problem.js';

/**
 * What document 002's firmware reads of an error: `detail` where its credential is not good, `message` for everything else.
 */
export const gatewaySays: AlsoSays = ({ status, code, detail }) => {
  if (code === 'auth.missing_credentials') return { detail: 'Device token missing.' };
  if (status === 401) return { detail: 'Invalid or expired device token.' };
  return { message: detail };
};
