import { describe, expect, it } from '@jest/globals';
import { maxSensorsPerDevice, sensorsOf, type SensorSource } from './sensors-of.rules.js';

const source = (given: Partial<SensorSource>): SensorSource => ({
  deviceId: 'd',
  deviceName: 'Room 12',
  distinction: null,
  latest: {},
  measurements: [],
  ...given,
});

describe('sensorsOf', () => {
  it('names each reading by its device and key, with what the profile knows of it', () => {
    const measurements = [{ key: 'air.t', name: 'Air temperature', unit: '°C' }];
    const [first, second] = sensorsOf(
      source({ latest: { open: [true, 5, 1], air: [{ t: 21.5 }, 7, 2] }, measurements }),
    );
    expect(first).toEqual({
      name: 'Room 12.air.t',
      deviceId: 'd',
      deviceName: 'Room 12',
      key: 'air.t',
      label: 'Air temperature',
      unit: '°C',
      value: 21.5,
      timeMs: 7,
    });
    expect(second).toMatchObject({ name: 'Room 12.open', label: null, unit: null, value: true, timeMs: 5 });
  });

  it('tells devices of one name from one another', () => {
    const [sensor] = sensorsOf(source({ latest: { t: [1, 1, null] }, distinction: '24E124136D151234' }));
    expect(sensor?.name).toBe('Room 12 (24E124136D151234).t');
  });

  it('leaves out what is nothing, and ends', () => {
    expect(sensorsOf(source({ latest: { t: [null, 1, null], o: [{}, 1, null] } }))).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`k${n.toString()}`, n]));
    expect(sensorsOf(source({ latest: { all: [many, 1, null] } }))).toHaveLength(maxSensorsPerDevice);
  });
});
