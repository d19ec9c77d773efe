import { iotSupportSays } from '../../core/http/problems/iot-support-says.rules.js';
import type { AlsoSays } from '../../core/http/problems/send-problem.js';

/** As document 003 everywhere; an image that cannot be converted has a code of its own there. */
export const imagesSay: AlsoSays = (problem, requestId) => ({
  ...iotSupportSays(problem, requestId),
  ...(problem.status === 422 ? { code: 'PROCESSING_ERROR' } : {}),
});
