import type { AlsoSays } from './send-problem.js';

/** For clients that read an error's text as `message`, as documents 002 and 003 have it. */
export const detailAsMessage: AlsoSays = ({ detail }) => ({ message: detail });
