import { describe, expect, it } from '@jest/globals';
import { leavesOpen, siteOf, usualOf, type Whereabouts } from './site.rules.js';

const nothing: Whereabouts = { location: null, country: null, state: null };
const delhi = { latitude: 28.6, longitude: 77.2 };
const paris = { latitude: 48.9, longitude: 2.4, altitude: 35 };
const usual = usualOf({ country: ' India ', state: 'Delhi', location: delhi });

describe('siteOf', () => {
  it('takes what the device says before the look-up, and that before what is usual', () => {
    const said = { ...nothing, location: paris };
    const lookedUp = { location: delhi, country: 'Nepal', state: 'Bagmati' };
    expect(siteOf(said, lookedUp, usual)).toEqual({
      location: { ...paris, source: 'device' },
      country: 'NEPAL',
      state: 'Bagmati',
    });
    expect(siteOf(nothing, lookedUp, usual).location).toEqual({ ...delhi, altitude: null, source: 'ip' });
    expect(siteOf(nothing, null, usual)).toEqual({
      location: { ...delhi, altitude: null, source: 'default' },
      country: 'INDIA',
      state: 'Delhi',
    });
  });

  it('takes each part from whoever knows it', () => {
    expect(siteOf({ ...nothing, state: 'Goa' }, { ...nothing, country: 'India' }, nothing)).toEqual({
      location: null,
      country: 'INDIA',
      state: 'Goa',
    });
  });

  it('takes a state only in its own country', () => {
    expect(siteOf({ ...nothing, country: 'Nepal' }, null, usual)).toMatchObject({ country: 'NEPAL', state: null });
    expect(siteOf({ ...nothing, country: 'INDIA' }, null, usual)).toMatchObject({ country: 'INDIA', state: 'Delhi' });
    const lookedUp = { ...nothing, country: 'France', state: 'Île-de-France' };
    expect(siteOf({ ...nothing, country: 'india' }, lookedUp, usual)).toMatchObject({ state: 'Delhi' });
  });

  it('knows no state without a country, and nothing of nothing', () => {
    expect(siteOf({ ...nothing, state: 'Goa' }, null, nothing)).toEqual(nothing);
  });
});

describe('leavesOpen', () => {
  it('asks nobody where the device has said everything', () => {
    expect(leavesOpen({ location: delhi, country: 'India', state: 'Delhi' })).toBe(false);
    expect(leavesOpen({ location: delhi, country: 'India', state: null })).toBe(true);
  });
});
