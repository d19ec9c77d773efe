import type { AlsoSays } from '../../core/http/problems/send-problem.js';

/** What document 002’s clients read of an error. */
export const gatewaySays: AlsoSays = ({ detail }) => ({ message: detail });
