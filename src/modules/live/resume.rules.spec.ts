import { describe, expect, it } from '@jest/globals';
import { newId } from '../../core/ids/uuid-v7.js';
import { resumptionOf } from './resume.rules.js';

const now = Date.UTC(2026, 10, 20, 12);

describe('coming again with the last id', () => {
  it('goes on a little before that id: what was under way then is told too', () => {
    expect(resumptionOf(newId(now - 60_000), now)).toEqual({ fromMs: now - 75_000 });
    expect(resumptionOf(` ${newId(now - 60_000).toUpperCase()} `, now)).toEqual({ fromMs: now - 75_000 });
  });

  it.each([
    ['an id that is none of ours', '17', 'unknown_id'],
    ['nothing', '', 'unknown_id'],
    ['an id of tomorrow', newId(now + 86_400_000), 'unknown_id'],
    ['an id of an hour ago', newId(now - 3_600_000), 'too_old'],
  ])('begins anew with %s', (_, id, reset) => {
    expect(resumptionOf(id, now)).toEqual({ reset });
  });
});
