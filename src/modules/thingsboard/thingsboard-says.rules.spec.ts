import { describe, expect, it } from '@jest/globals';
import { thingsBoardSays } from './thingsboard-says.rules.js';

describe('thingsBoardSays', () => {
  it.each([
    [401, 'auth.bad_credentials', 'Invalid username or password', 10],
    [401, 'auth.missing_credentials', 'Authentication failed', 10],
    [401, 'auth.invalid_credentials', 'Token is outdated', 11],
    [403, 'auth.forbidden', "You don't have permission to perform this operation!", 20],
    [404, 'device.not_found', 'why', 32],
    [400, 'validation.failed', 'why', 31],
    [429, 'telemetry.too_many', 'why', 33],
    [500, 'internal', 'why', 2],
  ])('says %d %s in its words', (status, code, message, errorCode) => {
    const said = thingsBoardSays({ status, code, detail: 'why' }, 'r1');
    expect(said).toEqual({ message, errorCode, timestamp: expect.any(Number) });
    expect(Number.isInteger(said['timestamp'])).toBe(true);
  });
});
