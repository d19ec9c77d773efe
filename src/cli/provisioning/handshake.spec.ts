import { describe, expect, it } from '@jest/globals';
import { firstTelemetryOf, isSaid } from './handshake.js';
import { uuidFor } from './one-call.js';

describe('firstTelemetryOf', () => {
  it('says where the device is only if that is known, and nothing of who said so', () => {
    const where = { latitude: 1, longitude: 2, source: 'device' };
    const system_info = expect.stringMatching(/^Host: .+, OS: .+ .+$/);
    expect(firstTelemetryOf('S', where)).toEqual({ serial: 'S', latitude: 1, longitude: 2, system_info });
    expect(firstTelemetryOf('S', undefined)).toEqual({ serial: 'S', system_info });
  });
});

describe('isSaid', () => {
  const hello = firstTelemetryOf('S', { latitude: 1, longitude: 2 });

  it('asks who the device is, not where: it may have moved since', () => {
    expect(isSaid(hello, { ...hello, temperature: 3 })).toBe(true);
    expect(isSaid(hello, { ...hello, latitude: 50 })).toBe(true);
    expect(isSaid(hello, { ...hello, serial: 'T' })).toBe(false);
    expect(isSaid(hello, { ...hello, system_info: 'Host: x, OS: y' })).toBe(false);
    expect(isSaid(hello, {})).toBe(false);
    expect(isSaid(hello, undefined)).toBe(false);
  });
});

describe('uuidFor', () => {
  it('is the one of the file, else the serial number, else one that follows from it', () => {
    expect(uuidFor({ uuid: 'u', serial: 'S' })).toBe('u');
    expect(uuidFor({ uuid: undefined, serial: 'PM-2024-0001' })).toBe('PM-2024-0001');
    const odd = uuidFor({ uuid: undefined, serial: 'Gerät 7' });
    expect(odd).toMatch(/^serial-[0-9a-f]{32}$/);
    expect(uuidFor({ uuid: undefined, serial: 'Gerät 7' })).toBe(odd);
    expect(uuidFor({ uuid: undefined, serial: 'Gerät 8' })).not.toBe(odd);
  });
});
