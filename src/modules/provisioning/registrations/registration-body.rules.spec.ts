import { describe, expect, it } from '@jest/globals';
import { provedKeyIn, registrationIn } from './registration-body.rules.js';

const aBody = { uuid: 'board-1', deviceName: 'a board', deviceType: 'esp32' };
const faultsOf = (body: unknown): unknown => {
  try {
    return registrationIn(body);
  } catch (error) {
    return (error as { errors: { path: string }[] }).errors.map(({ path }) => path);
  }
};

describe('registrationIn', () => {
  it('keeps what it does not know with the rest, and no secret', () => {
    const said = { ...aBody, osVersion: '11', board: { rev: 3 }, provisioningKey: 'flp_x', mqttPassword: 'x' };
    expect(registrationIn(said)).toEqual({
      ...{ uuid: 'board-1', deviceName: 'a board', ownKey: null, mac: null },
      ...{ serial: null, whereabouts: { location: null, country: null, state: null } },
      details: { deviceType: 'esp32', osVersion: '11', board: { rev: 3 } },
    });
  });

  it.each([
    ['b8:27:eb:12:34:56', 'b8:27:eb:12:34:56'],
    ['B827EB123456', 'B827EB123456'],
    ['b8:27:eb:xx:xx:xx', null],
    [7, null],
  ])('takes %j for the MAC address %j', (macAddress, mac) => {
    const registration = registrationIn({ ...aBody, macAddress });
    expect([registration.mac, registration.details['macAddress']]).toEqual([mac, macAddress]);
  });

  it.each([
    ['no object', [], ['']],
    ['nothing', undefined, ['']],
    ['an empty one', {}, ['uuid', 'deviceName', 'deviceType']],
    ['a uuid with a slash', { ...aBody, uuid: 'a/b' }, ['uuid']],
    ['a uuid that is too long', { ...aBody, uuid: 'a'.repeat(65) }, ['uuid', 'uuid']],
    ['a blank name', { ...aBody, deviceName: ' ' }, ['deviceName']],
    ['a key that is no text', { ...aBody, deviceApiKey: 7 }, ['deviceApiKey']],
    ['a novel', { ...aBody, story: 'x'.repeat(9_000) }, ['']],
  ])('refuses %s', (_, body, paths) => {
    expect(faultsOf(body)).toEqual(paths);
  });

  it('takes no character that nobody can store', () => {
    expect(registrationIn({ ...aBody, deviceName: 'a\u0000b\ud800' }).deviceName).not.toMatch(/[\0\ud800]/);
  });
});

describe('the serial number of a registration', () => {
  it.each([
    [{ serial: ' SN-1 ' }, 'SN-1'],
    [{ serialNumber: 'SN-1' }, 'SN-1'],
    [{ serial_number: 'SN-1' }, 'SN-1'],
    [{ serial: 'x'.repeat(101) }, null],
    [{ serial: 7 }, null],
    [{ serial: ' ' }, null],
  ])('is read from %j', (said, serial) => {
    expect(registrationIn({ ...aBody, ...said }).serial).toBe(serial);
  });
});

describe('provedKeyIn', () => {
  it('reads a key where there is one', () => {
    expect([provedKeyIn(undefined), provedKeyIn({}), provedKeyIn({ deviceApiKey: 'x' })]).toEqual([null, null, 'x']);
    expect(() => provedKeyIn([])).toThrow('must be a JSON object');
    expect(() => provedKeyIn({ deviceApiKey: 7 })).toThrow('deviceApiKey must be a text');
  });
});
