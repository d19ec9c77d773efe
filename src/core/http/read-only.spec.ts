import { describe, expect, it } from '@jest/globals';
import { refuseReadOnly } from './read-only.js';

const stored = {
  id: 'a',
  version: 3,
  updated_at: '2026-11-20T12:00:00.000Z',
  latest: { t: [1, { u: 2 }] },
  seen: null,
};
const fields = {
  id: 'same',
  version: 'not_later',
  updated_at: 'not_later',
  latest: 'same',
  seen: 'not_later',
} as const;

describe('refuseReadOnly', () => {
  it('accepts what was read, and what is not there at all', () => {
    expect(() => {
      refuseReadOnly({ ...stored, latest: { t: [1, { u: 2 }] } }, stored, fields);
      refuseReadOnly({}, stored, fields);
      refuseReadOnly({ name: 'not ours to judge' }, stored, fields);
    }).not.toThrow();
  });

  it('accepts an older version or time, which a client read before the last change', () => {
    expect(() => {
      refuseReadOnly({ version: 2, updated_at: '2026-11-20T11:00:00Z' }, stored, fields);
      refuseReadOnly({ updated_at: null }, stored, fields);
    }).not.toThrow();
  });

  it('names every field that would have to be set', () => {
    const edit = { id: 'b', version: 4, updated_at: '2027-01-01T00:00:00Z', latest: {}, seen: '2026-01-01T00:00:00Z' };
    expect(() => {
      refuseReadOnly(edit, stored, fields);
    }).toThrow(
      expect.objectContaining({
        errors: ['id', 'version', 'updated_at', 'latest', 'seen'].map((path): unknown =>
          expect.objectContaining({ path }),
        ),
      }),
    );
  });

  it('takes null for a fixed field as an attempt to clear it', () => {
    expect(() => {
      refuseReadOnly({ id: null }, stored, fields);
    }).toThrow('id: is read-only');
  });
});
