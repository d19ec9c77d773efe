import { describe, expect, it } from '@jest/globals';
import { sampleEnvelope } from './sample-envelope.rules.js';

const made = { eventId: '01980c1e-7d2a-7c3b-8f00-000000000001', nowMs: Date.UTC(2026, 10, 20, 12) };
const now = '2026-11-20T12:00:00.000Z';

describe('sampleEnvelope', () => {
  it('makes up a whole envelope from nothing', () => {
    expect(sampleEnvelope({}, made)).toEqual({
      event_id: made.eventId,
      event: 'up',
      time: now,
      received_at: now,
      device: {
        id: '00000000-0000-7000-8000-000000000000',
        name: 'sample device',
        dev_eui: '0000000000000000',
        mac: null,
        labels: [],
        profile: null,
        metadata: {},
        location: null,
      },
      data: {},
      payload: '',
      f_port: 1,
      f_cnt: 0,
    });
  });

  it('keeps what is given, in the device too', () => {
    const envelope = sampleEnvelope({ data: { t: 1 }, f_port: 85, device: { name: 'A' }, extra: [1] }, made);
    expect(envelope).toMatchObject({ data: { t: 1 }, f_port: 85, device: { name: 'A', labels: [] }, extra: [1] });
  });

  it('takes object for data, where only object is given', () => {
    expect(sampleEnvelope({ object: { t: 1 } }, made)).toMatchObject({ data: { t: 1 } });
    expect(sampleEnvelope({ object: { t: 1 } }, made)).not.toHaveProperty('object');
  });

  it('takes an uplink copied out of ChirpStack', () => {
    const uplink = {
      deduplicationId: 'd',
      time: '2026-01-01T00:00:00Z',
      deviceInfo: { deviceName: 'Lab', devEui: '24e124136d151234' },
      fCnt: 7,
      fPort: 85,
      data: 'AQID',
      object: { t: 1 },
    };
    expect(sampleEnvelope(uplink, made)).toMatchObject({
      time: '2026-01-01T00:00:00Z',
      device: { name: 'Lab', dev_eui: '24E124136D151234' },
      device_info: uplink.deviceInfo,
      data: { t: 1 },
      payload: 'AQID',
      f_port: 85,
      f_cnt: 7,
      deduplication_id: 'd',
    });
  });
});
