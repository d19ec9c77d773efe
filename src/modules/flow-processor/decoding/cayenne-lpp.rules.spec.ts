import { describe, expect, it } from '@jest/globals';
import { cayenneReadings } from './cayenne-lpp.rules.js';

const read = (hex: string) => cayenneReadings(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

describe('a reading of Cayenne LPP', () => {
  it.each([
    ['digital input', '00 00 01', { digital_in_0: 1 }],
    ['digital output', '05 01 64', { digital_out_5: 100 }],
    ['analog input', '02 02 01 4a', { analog_in_2: 3.3 }],
    ['analog input below zero', '02 02 fe b6', { analog_in_2: -3.3 }],
    ['analog output', '03 03 ff ff', { analog_out_3: -0.01 }],
    ['generic sensor', '01 64 ff ff ff ff', { generic_1: 4_294_967_295 }],
    ['illuminance', '07 65 ff ff', { luminosity_7: 65_535 }],
    ['presence', '08 66 01', { presence_8: 1 }],
    ['temperature', '03 67 01 10', { temperature_3: 27.2 }],
    ['temperature below zero', '01 67 ff d7', { temperature_1: -4.1 }],
    ['humidity', '04 68 7b', { relative_humidity_4: 61.5 }],
    ['accelerometer', '06 71 04 d2 fb 2e 00 00', { accelerometer_6: { x: 1.234, y: -1.234, z: 0 } }],
    ['barometer', '09 73 27 94', { barometric_pressure_9: 1013.2 }],
    ['voltage', '01 74 0c e4', { voltage_1: 33 }],
    ['current', '01 75 04 d2', { current_1: 1.234 }],
    ['frequency', '01 76 00 01 e2 40', { frequency_1: 123_456 }],
    ['percentage', '01 78 64', { percentage_1: 100 }],
    ['altitude', '01 79 ff 9c', { altitude_1: -100 }],
    ['load', '01 7a 00 30 39', { load_1: 12.345 }],
    ['concentration', '01 7d 01 90', { concentration_1: 400 }],
    ['power', '01 80 07 d0', { power_1: 2_000 }],
    ['distance', '01 82 00 00 30 39', { distance_1: 12.345 }],
    ['energy', '01 83 00 01 e2 40', { energy_1: 123.456 }],
    ['direction', '01 84 01 67', { direction_1: 359 }],
    ['time', '01 85 69 1f 00 00', { unix_time_1: 1_763_639_296 }],
    ['gyrometer', '02 86 01 2c fe d4 00 01', { gyrometer_2: { x: 3, y: -3, z: 0.01 } }],
    ['colour', '01 87 ff 80 00', { colour_1: { r: 255, g: 128, b: 0 } }],
    [
      'position',
      '01 88 06 76 5f f2 96 0a 00 03 e8',
      { gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 } },
    ],
    ['switch', '01 8e 01', { switch_1: 1 }],
  ])('%s', (_, hex, expected) => {
    expect(read(hex)).toEqual({ readings: expected, warnings: [] });
  });

  it('stands beside others of the same and of other kinds', () => {
    expect(read('03 67 01 10 05 67 00 ff 03 68 50')).toEqual({
      readings: { temperature_3: 27.2, temperature_5: 25.5, relative_humidity_3: 40 },
      warnings: [],
    });
  });

  it.each([
    ['a type that nobody knows', '03 67 01 10 01 4d 00', 'byte 4: type 77 is not known; the rest is not read'],
    ['half a value', '03 67 01 10 01 67 00', 'byte 4: the frame ends early; the rest is not read'],
    ['a channel alone', '03 67 01 10 01', 'byte 4: the frame ends early; the rest is not read'],
  ])('stays, and a warning tells of what comes behind it: %s', (_, hex, warning) => {
    expect(read(hex)).toEqual({ readings: { temperature_3: 27.2 }, warnings: [warning] });
  });

  it.each([
    ['a step of 0.0001°', '01 f0 09 e3 01 fb d1 01 d4 c1 11', [13.0001, 12.0001], [13.0002, 12.0002]],
    ['a step of a degree, to the south and west', '01 f0 09 ef ff ff ff 00 00 03 ef', [-1, 3], [-2, 1]],
    ['latitude in the lower half', '01 f0 09 e6 00 00 64 00 00 c8 07', [0.1, 0.2], [0.107, 0.2]],
    ['a step that is a number', '01 f0 09 05 00 00 02 ff ff fe 80', [0.001, -0.001], [0.001, -0.005]],
  ])('is a path: %s', (_, hex, ...points) => {
    const path = points.map(([latitude, longitude]) => ({ latitude, longitude }));
    expect(read(`${hex} 03 67 01 10`)).toEqual({ readings: { polyline_1: path, temperature_3: 27.2 }, warnings: [] });
  });

  it.each([
    ['of no known step', '01 f0 08 e0 00 00 02 00 00 02 03 67 01 10', { temperature_3: 27.2 }],
    ['of too few bytes for a point', '01 f0 03 e3 00 03 67 01 10', { temperature_3: 27.2 }],
    ['longer than the frame', '01 f0 20 e3 00 00 02 00 00 02', {}],
  ])('is no path %s, and a warning says so', (_, hex, readings) => {
    expect(read(hex)).toEqual({ readings, warnings: ['byte 0: the polyline is not whole'] });
  });

  it('is none in no bytes, nor in any that say nothing', () => {
    expect(read('')).toEqual({ readings: {}, warnings: [] });
    expect(read('01 f0 00').readings).toEqual({});
    expect(read('ff ff ff').readings).toEqual({});
  });
});
