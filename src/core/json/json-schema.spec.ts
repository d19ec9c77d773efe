import { describe, expect, it } from '@jest/globals';
import { whyNotSchema } from './json-schema.js';

describe('a JSON Schema', () => {
  it.each([
    ['without a dialect', { type: 'object', properties: { ssid: { type: 'string', maxLength: 32 } } }],
    [
      'of draft 2020-12',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'number' }] },
    ],
    ['of draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] }],
    ['with keywords of its own', { 'x-order': 1, type: 'string', format: 'ipv4' }],
    ['that leads to itself', { $defs: { a: { properties: { b: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' }],
  ])('%s can be used', (_, schema) => {
    expect(whyNotSchema(schema)).toBeUndefined();
  });

  it.each([
    ['a type that is none', { type: 'objekt' }],
    ['a pattern that is none', { pattern: '(' }],
    ['what it does not hold', { $ref: 'https://example.com/config.json' }],
    ['a dialect that nobody knows', { $schema: 'https://example.com/dialect' }],
  ])('with %s cannot, and it says why', (_, schema) => {
    expect(whyNotSchema(schema)).toMatch(/^is no JSON Schema: ./);
  });
});
