import { describe, expect, it } from '@jest/globals';
import { Conditions, containing } from './conditions.js';

describe('Conditions', () => {
  it('numbers parameters in the order of their conditions', () => {
    const where = new Conditions()
      .and('t', (p) => `tenant_id = ${p}`)
      .andThat('deleted_at IS NULL')
      .and('x', (p) => `(name = ${p} OR mac = ${p})`);
    expect(where.sql).toBe('tenant_id = $1 AND deleted_at IS NULL AND (name = $2 OR mac = $2)');
    expect(where.values).toEqual(['t', 'x']);
  });

  it('is true when nothing is asked', () => {
    expect(new Conditions().sql).toBe('true');
  });
});

describe('containing', () => {
  it('takes wildcards for what they are: characters', () => {
    expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%');
  });
});
