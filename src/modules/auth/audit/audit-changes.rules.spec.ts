import { describe, expect, it } from '@jest/globals';
import { changesOf } from './audit-changes.rules.js';

const was = { id: 'a', name: 'Room 12', devEui: null, metadata: { floor: 1 }, updatedAt: new Date(0) };

describe('the changes that are recorded', () => {
  it('are the fields that differ, in snake_case, before and after', () => {
    const is = { ...was, devEui: 'A840', updatedAt: new Date(1) };
    expect(changesOf(was, is)).toEqual({ dev_eui: { before: null, after: 'A840' } });
    expect(changesOf(was, { ...was, metadata: { floor: 1 } })).toEqual({});
  });

  it('are all that a new row has, and all that a deleted one had', () => {
    const name = { before: null, after: 'Room 12' };
    expect(changesOf(undefined, was)).toEqual({ name, metadata: { before: null, after: { floor: 1 } } });
    expect(changesOf(was, undefined).name).toEqual({ before: 'Room 12', after: null });
  });

  it('tell of sealed columns and hashes only that they changed, under the name of what they hide', () => {
    const changes = changesOf({ appKeySealed: null, passwordHash: 'x' }, { appKeySealed: 'v1.abc', passwordHash: 'y' });
    expect(changes).toEqual({
      app_key: { before: null, after: '********' },
      password: { before: '********', after: '********' },
    });
  });

  it('hold no secret, however deep', () => {
    const config = { url: 'https://example.org', auth: { Password: 'p', username: 'u' }, headers: [{ api_key: 'k' }] };
    expect(changesOf(undefined, { config }).config?.after).toEqual({
      url: 'https://example.org',
      auth: { Password: '********', username: 'u' },
      headers: [{ api_key: '********' }],
    });
    expect(changesOf({ token: 'a' }, { token: 'b' })).toEqual({ token: { before: '********', after: '********' } });
  });

  it('tell long values by their length', () => {
    const code = 'x'.repeat(5_000);
    expect(changesOf({ code: 'short' }, { code })).toEqual({
      code: { before: 'short', after: { omitted_characters: 5_002 } },
    });
  });

  it('can be stored whatever is in them', () => {
    const changes = changesOf(undefined, { name: 'a\u0000b\ud800', big: 1e300, when: new Date(0) });
    expect(JSON.stringify(changes)).not.toMatch(/\\u0000|\\ud800/);
    expect(changes.when).toEqual({ before: null, after: '1970-01-01T00:00:00.000Z' });
  });
});
