import type { AlsoSays } from '../../core/http/problems/send-problem.js';

/** ThingsBoard's own numbers for what went wrong; its clients branch on them. */
const errorCodes: Readonly<Record<number, number>> = {
  400: 31,
  401: 10,
  403: 20,
  404: 32,
  409: 31,
  422: 31,
  429: 33,
};
const general = 2;

/** The texts that its clients look for; else ours stands. */
const texts: Readonly<Record<string, string>> = {
  'auth.bad_credentials': 'Invalid username or password',
  'auth.missing_credentials': 'Authentication failed',
  'auth.invalid_credentials': 'Token is outdated',
  'auth.invalid_refresh_token': 'Token is outdated',
  'auth.forbidden': "You don't have permission to perform this operation!",
};
/** It says of a token that is no longer good that it has expired: clients then log in again. */
const expired = 11;

/** What ThingsBoard's clients read of an error: `status` as it is, `message`, `errorCode` and the moment in milliseconds. */
export const thingsBoardSays: AlsoSays = ({ status, code, detail }) => ({
  message: texts[code] ?? detail,
  errorCode: texts[code] === 'Token is outdated' ? expired : (errorCodes[status] ?? general),
  // Of the process's own clock: the answer's moment, on which nothing depends.
  timestamp: Math.round(performance.timeOrigin + performance.now()),
});
