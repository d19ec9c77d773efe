import { describe, expect, it } from '@jest/globals';
import { whereaboutsLookedUp, whereaboutsSaid } from './whereabouts.rules.js';

const nothing = { location: null, country: null, state: null };

describe('whereaboutsSaid', () => {
  it.each([
    [
      { latitude: 28.6, longitude: 77.2 },
      { latitude: 28.6, longitude: 77.2 },
    ],
    [
      { latitude: '28.6', longitude: ' 77.2 ' },
      { latitude: 28.6, longitude: 77.2 },
    ],
    [{ location: { latitude: -90, longitude: 180, altitude: 5 } }, { latitude: -90, longitude: 180, altitude: 5 }],
    [{ latitude: 28.6 }, null],
    [{ latitude: 91, longitude: 0 }, null],
    [{ latitude: 'north', longitude: true }, null],
    [{ latitude: '', longitude: '' }, null],
    [{ location: 'Delhi' }, null],
  ])('reads %j', (body, location) => {
    expect(whereaboutsSaid(body)).toEqual({ ...nothing, location });
  });

  it('reads names as texts that can name a place', () => {
    expect(whereaboutsSaid({ country: ' India ', state_name: 'Delhi' })).toEqual({
      ...nothing,
      ...{ country: 'India', state: 'Delhi' },
    });
    expect(whereaboutsSaid({ country: ' ', state: 'x'.repeat(201) })).toEqual(nothing);
    expect(whereaboutsSaid({ country: { name: 'India' }, state: 7 })).toEqual(nothing);
  });
});

describe('whereaboutsLookedUp', () => {
  it('reads what ipapi.co says', () => {
    const answer = { ip: '8.8.8.8', city: 'New Delhi', region: 'Delhi', country: 'IN', country_name: 'India' };
    expect(whereaboutsLookedUp(JSON.stringify({ ...answer, latitude: 28.6, longitude: 77.2 }))).toEqual({
      ...{ location: { latitude: 28.6, longitude: 77.2 }, country: 'India', state: 'Delhi' },
    });
    expect(whereaboutsLookedUp(JSON.stringify({ ...answer, region: null }))).toEqual({ ...nothing, country: 'India' });
  });

  it.each([
    '',
    'null',
    '[]',
    '"India"',
    '{}',
    '<html>',
    '{"country_name":',
    '{"error":true,"reason":"RateLimited","country_name":"India"}',
    '{"country_name":{"$ne":1},"latitude":1e999,"longitude":[]}',
    '{"country_name":"\\u0000"}',
    '['.repeat(20_000),
  ])('takes %p for no answer, or for what of it is one', (text) => {
    const read = whereaboutsLookedUp(text);
    expect(read === null || read.country?.includes('\u0000') === false).toBe(true);
  });
});
