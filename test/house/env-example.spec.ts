import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { envExample } from '../../src/core/config/env-example.js';

describe('.env.example', () => {
  it('says what core/config reads (npm run env:example writes it)', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  });
});
