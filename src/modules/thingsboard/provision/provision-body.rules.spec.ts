import { describe, expect, it } from '@jest/globals';
import { provisionIn, provisioningKeyOf, uuidOf } from './provision-body.rules.js';

const id = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const prefix = 'flp_0123456789abcdef';
const key = `${prefix}_secret`;
const request = (provisionDeviceKey: string, provisionDeviceSecret: string) =>
  provisionIn({ deviceName: 'd', provisionDeviceKey, provisionDeviceSecret });

describe('provisionIn', () => {
  it('gives a device without a name one of its own', () => {
    const body = { provisionDeviceKey: 'a', provisionDeviceSecret: 'b', deviceName: null };
    const names = [provisionIn(body), provisionIn(body)].map(({ deviceName }) => deviceName);
    expect(names[0]).toMatch(/^device-[0-9a-f]{16}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  it.each([null, 5, [], {}, { provisionDeviceKey: 'a' }, { provisionDeviceKey: 'a', provisionDeviceSecret: ' ' }])(
    'refuses %j',
    (body) => {
      expect(() => provisionIn(body)).toThrow(expect.objectContaining({ code: 'validation.failed' }));
    },
  );

  it('sees credentials that a device brings itself', () => {
    const body = { provisionDeviceKey: 'a', provisionDeviceSecret: 'b' };
    const brings = (more: object) => provisionIn({ ...body, ...more }).bringsCredentials;
    expect([brings({}), brings({ credentialsType: 'ACCESS_TOKEN' })]).toEqual([false, false]);
    expect([brings({ credentialsType: 'X509_CERTIFICATE' }), brings({ token: 'mine' })]).toEqual([true, true]);
  });
});

describe('provisioningKeyOf', () => {
  it.each([
    [prefix, 'secret'],
    [prefix, key],
    [id, key],
    [id.toUpperCase(), key],
  ])('makes the key of %s and %s', (one, other) => {
    const made = provisioningKeyOf(request(one, other));
    expect([made?.text, made?.isId(id)]).toEqual([key, true]);
  });

  it('holds the id and the key to each other', () => {
    expect(provisioningKeyOf(request('flp_another', key))).toBeNull();
    expect(provisioningKeyOf(request(id, 'secret'))).toBeNull();
    expect(provisioningKeyOf(request('another', key))?.isId(id)).toBe(false);
  });
});

describe('uuidOf', () => {
  it('is the name where it can be one, and else always the same for the same name', () => {
    expect(uuidOf('gateway-01')).toBe('gateway-01');
    expect(uuidOf('Line A, left')).toMatch(/^name-[0-9a-f]{32}$/);
    expect(uuidOf('Line A, left')).toBe(uuidOf('Line A, left'));
    expect(uuidOf('Line A, left')).not.toBe(uuidOf('Line A, right'));
  });
});
