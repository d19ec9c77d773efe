import { describe, expect, it } from '@jest/globals';
import { faultsOf, maxDocumentBytes, maxDocumentDepth, whyTooLong } from './twin-document.rules.js';

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });

describe('faultsOf', () => {
  it('names the path of everything that cannot be stored', () => {
    const value = {
      fine: 'text',
      apps: { 1001: { services: [{ name: 'a\u0000b' }, 'half \ud800'] } },
      number: JSON.parse('1e999') as number,
      'bad\u0000name': 1,
    };
    expect(faultsOf(value, 'target').map(({ path }) => path)).toEqual([
      'target.apps.1001.services.0.name',
      'target.apps.1001.services.1',
      'target.number',
      'target',
    ]);
  });

  it('takes as many levels as it says, and names where they end', () => {
    expect(faultsOf(nested(maxDocumentDepth), '')).toEqual([]);
    const path = Array.from({ length: maxDocumentDepth }, () => 'in').join('.');
    expect(faultsOf(nested(maxDocumentDepth + 1), '')).toEqual([
      { path, message: 'is nested more than 32 levels deep' },
    ]);
  });

  it('ends before it has told a thousand', () => {
    const many = Array.from({ length: 1_000 }, () => '\u0000');
    expect(faultsOf(many, 'target')).toHaveLength(20);
  });
});

describe('whyTooLong', () => {
  it('counts bytes of UTF-8 as they are sent', () => {
    const fits = { a: 'x'.repeat(maxDocumentBytes - 8) };
    expect(whyTooLong(fits, 'target')).toBeUndefined();
    expect(whyTooLong({ ...fits, b: 1 }, 'target')?.path).toBe('target');
    expect(whyTooLong({ a: 'ä'.repeat(maxDocumentBytes / 2) }, 'reported')?.message).toContain('65544 bytes');
  });
});
