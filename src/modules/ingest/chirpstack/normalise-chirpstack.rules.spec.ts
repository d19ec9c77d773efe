import { describe, expect, it } from '@jest/globals';
import { normaliseChirpStack } from './normalise-chirpstack.rules.js';

const receivedAtMs = Date.UTC(2026, 10, 20, 12);

function normalise(json: Record<string, unknown>, eventName = 'up') {
  return normaliseNamed(json, eventName);
}

function normaliseNamed(json: Record<string, unknown>, eventName: string | undefined) {
  const body = Buffer.from(JSON.stringify(json));
  return normaliseChirpStack({ tenantId: 't', eventName, body, json, receivedAtMs });
}

describe('normaliseChirpStack', () => {
  it('takes an uplink with its time, counters and id', () => {
    const event = normalise({
      deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
      time: '2026-11-20T11:59:58.123456789+00:00',
      deviceInfo: { devEui: 'a84041ffff1234ab' },
      fCnt: 7,
      fPort: 2,
    });
    expect(event).toMatchObject({
      source: 'chirpstack',
      event: 'up',
      devEui: 'A84041FFFF1234AB',
      timeMs: Date.UTC(2026, 10, 20, 11, 59, 58, 123),
      fCnt: 7,
      fPort: 2,
      deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
      error: null,
    });
  });

  it.each([
    ['in the far future', '2099-01-01T00:00:00Z'],
    ['before there was LoRaWAN', '1970-01-01T00:00:00Z'],
    ['no time at all', 'yesterday'],
    ['a number', 5],
  ])('takes the time of arrival where the given one is %s', (_, time) => {
    expect(normalise({ time }).timeMs).toBe(receivedAtMs);
  });

  it('recognises copies of log and txack by their bytes, of others only by their id', () => {
    const log = { deviceInfo: { devEui: 'A84041FFFF1234AB' }, level: 'ERROR', code: 'UPLINK_CODEC' };
    expect(normalise(log, 'log').deduplicationId).toBe(normalise(log, 'log').deduplicationId);
    expect(normalise(log, 'log').deduplicationId).not.toBe(normalise({ ...log, code: 'OTAA' }, 'log').deduplicationId);
    expect(normalise({ fCnt: 1 }, 'up').deduplicationId).toBeNull();
  });

  it('takes wrong types as absent rather than refusing the only copy there is', () => {
    expect(normalise({ deviceInfo: 'x', fCnt: 'seven', fPort: 700, deduplicationId: 5 })).toMatchObject({
      devEui: '',
      fCnt: null,
      fPort: null,
      deduplicationId: null,
    });
  });

  it.each([
    ['integration', {}, 'integration'],
    ['brand_new', {}, 'brand_new'],
    ['DROP TABLE', {}, 'unknown'],
    [undefined, { fCnt: 1 }, 'up'],
    [undefined, { devAddr: '00' }, 'join'],
    [undefined, {}, 'unknown'],
  ])('names the event %s of %j as %s', (given, json, expected) => {
    expect(normaliseNamed(json, given).event).toBe(expected);
  });

  it('says on the event what had to be mended', () => {
    expect(normalise({ object: { a: 'x\0y' } }).error).toMatchObject({
      code: 'event.mended',
      faults: [{ code: 'json.nul_character', path: 'object.a' }],
    });
  });
});
