import { describe, expect, it } from '@jest/globals';
import { SchemaCheck } from './json-schema.js';

const faults = (schema: object, value: unknown) => new SchemaCheck(schema).faultsOf(value, 'content');

describe('SchemaCheck', () => {
  it('finds nothing in what fits', () => {
    const schema = { type: 'object', required: ['ssid'], properties: { ssid: { type: 'string' } } };
    expect(faults(schema, { ssid: 'home' })).toEqual([]);
  });

  it('names each fault by its path', () => {
    const schema = {
      type: 'object',
      required: ['wifi'],
      additionalProperties: false,
      properties: {
        wifi: { type: 'object', required: ['ssid'] },
        pins: { type: 'array', items: { type: 'integer', maximum: 39 } },
        mode: { enum: ['day', 'night'] },
        version: { const: 2 },
      },
    };
    expect(faults(schema, { wifi: {}, pins: [1, 40], mode: 'dusk', version: 1, colour: 'red' })).toEqual(
      expect.arrayContaining([
        { path: 'content.wifi.ssid', message: 'is missing' },
        { path: 'content.pins.1', message: 'must be <= 39' },
        { path: 'content.mode', message: 'must be one of ["day","night"]' },
        { path: 'content.version', message: 'must be 2' },
        { path: 'content.colour', message: 'is not allowed' },
      ]),
    );
  });

  it('ends a pattern that backtracks for ever', () => {
    const schema = { properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
    expect(faults(schema, { name: `${'a'.repeat(60)}b` })).toEqual([
      { path: 'content', message: 'takes too long to be checked against the schema' },
    ]);
    expect(faults(schema, { name: 'aaa' })).toEqual([]);
  });
});
