import { describe, expect, it } from '@jest/globals';
import { newId } from '../../../core/ids/uuid-v7.js';
import { fieldsOf, PointMaker } from './point.rules.js';

const receivedMs = Date.UTC(2026, 10, 20, 12);
const deliveryId = newId(receivedMs);
const envelope = {
  event_id: deliveryId,
  event: 'up',
  time: '2026-11-20T11:59:58.500Z',
  device: { id: 'device-id', name: 'Hall 2', dev_eui: '0102030405060708', labels: ['warm', 'cold'], profile: null },
  data: { temperature: 21.5, battery: { mv: 3600, low: false }, alarms: ['a', null, 3] },
};
const make = (message: unknown, config = {}) =>
  new PointMaker(config).make({ deliveryId, deviceId: 'event-device', messageJson: JSON.stringify(message) });

describe('a point', () => {
  it('is made of an envelope: its time, who it is from, and its values of any depth', () => {
    expect(make(envelope)).toEqual({
      deliveryId,
      measurement: 'device_data',
      timeMs: Date.UTC(2026, 10, 20, 11, 59, 58, 500),
      tags: {
        device: 'Hall 2',
        device_id: 'device-id',
        dev_eui: '0102030405060708',
        event: 'up',
        labels: 'cold,warm',
      },
      fields: { temperature: 21.5, 'battery.mv': 3600, 'battery.low': false, 'alarms.0': 'a', 'alarms.2': 3 },
    });
  });

  it('takes measurement and tags from the message where the storage says so', () => {
    const config = { measurement: 'm_{{event}}', tags: { volts: '{{data.battery.mv}}', none: '{{device.mac}}' } };
    expect(make(envelope, config)).toMatchObject({ measurement: 'm_up', tags: { volts: '3600' } });
    expect(make(envelope, config)).not.toHaveProperty('tags.none');
    expect(make(envelope, { measurement: '{{data.kind}}' })).toMatchObject({ code: 'template.missing_value' });
  });

  it('takes all of what a function returned when that is no envelope, as of the event', () => {
    expect(make({ fahrenheit: 70.7 })).toMatchObject({
      timeMs: receivedMs,
      tags: { device_id: 'event-device' },
      fields: { fahrenheit: 70.7 },
    });
    expect(make(21.5)).toMatchObject({ fields: { value: 21.5 } });
  });

  it('is none without values, or with thousands', () => {
    for (const data of [{}, null, undefined, { a: null, b: {} }]) {
      expect(make({ ...envelope, data })).toMatchObject({ code: 'point.no_values', retryable: false });
    }
    expect(make({ ...envelope, data: Array.from({ length: 1_001 }, () => 1) })).toMatchObject({
      code: 'point.too_many_values',
    });
  });

  it('leaves out numbers that are none', () => {
    expect(fieldsOf(JSON.parse('{"a":1e999,"b":2}'))).toEqual({ b: 2 });
  });
});
