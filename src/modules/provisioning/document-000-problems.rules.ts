import type { AlsoSays } from '../../core/http/problems/send-problem.js';

const titles: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Device already registered',
  422: 'Unprocessable',
  429: 'Too many requests',
  503: 'Unavailable',
};
const missingKey =
  'the provisioning key is missing: send it as `Authorization: Bearer <key>` or in the header `x-provisioning-key`';

/** What document 000’s clients read of an error: `error` and `message`. */
export const documentZeroSays: AlsoSays = ({ status, code, detail }) => {
  const message = code === 'auth.missing_credentials' ? missingKey : detail;
  return { error: titles[status] ?? 'Error', message, detail: message };
};
