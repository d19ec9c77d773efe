import { describe, expect, it } from '@jest/globals';
import { reasonIn, registrationIn, targetIn } from './upstream-answers.rules.js';

describe('an answer to a registration', () => {
  it('is what document 000 shows', () => {
    const answer = { deviceId: 'dev_1', uuid: 'u', deviceName: 'n', apiKey: 'k', registeredAt: 1_704_196_800_000 };
    expect(registrationIn(answer)).toEqual({
      ...{ deviceId: 'dev_1', deviceName: 'n', apiKey: 'k' },
      registeredAtMs: 1_704_196_800_000,
    });
  });

  it('may say less, and in other words', () => {
    const nothing = { deviceName: null, apiKey: null, registeredAtMs: null };
    expect(registrationIn({ id: 17 })).toEqual({ deviceId: '17', ...nothing });
    expect(registrationIn({ deviceId: 'd', registeredAt: '2024-01-02T12:00:00Z' })?.registeredAtMs).toBe(
      1_704_196_800_000,
    );
  });

  it.each([null, [], 'ok', {}, { deviceId: '' }, { deviceId: {} }, { deviceId: 'a\u0000' }])('is not %j', (body) => {
    expect(registrationIn(body)).toBeUndefined();
  });

  it('holds no time that is none', () => {
    for (const registeredAt of [-1, 1e300, 'soon', {}, null]) {
      expect(registrationIn({ deviceId: 'd', registeredAt })?.registeredAtMs).toBeNull();
    }
  });
});

describe('a target', () => {
  it('stands under the uuid, or bare', () => {
    const target = { apps: { 1: {} }, config: { a: 1 } };
    expect(targetIn({ u: { ...target, version: 3 } }, 'u')).toEqual({ isSet: true, ...target });
    expect(targetIn({ ...target, version: 3 }, 'u')).toEqual({ isSet: true, ...target });
    expect(targetIn({ apps: {} }, 'u')).toEqual({ isSet: true, apps: {} });
  });

  it('that nobody has set yet is none', () => {
    expect(targetIn({ u: { apps: {}, config: {}, version: 0 } }, 'u')).toMatchObject({ isSet: false });
  });

  it.each([null, [], {}, { u: {} }, { apps: [] }, { u: null }])('is not in %j', (body) => {
    expect(targetIn(body, 'u')).toBeUndefined();
  });
});

describe('why an upstream refuses', () => {
  it('is said in one of many ways, or not at all', () => {
    expect(reasonIn({ error: 'Unauthorized', message: 'the key is unknown' })).toBe('the key is unknown');
    expect(reasonIn({ title: 'x', detail: 'the key is unknown' })).toBe('the key is unknown');
    expect(reasonIn({ error: 'nope' })).toBe('nope');
    expect(reasonIn('<html>')).toBeUndefined();
  });
});
