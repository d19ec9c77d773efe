import { describe, expect, it } from '@jest/globals';
import { IniDocument } from './ini-document.js';
import { ConfigIncomplete, provisionConfigOf, type ProvisionConfig } from './provision-config.rules.js';

const whole = `[thingsboard]
url = https://iot.example.org/
username = ann@example.com
password = secret
token =
[profiles]
country_profile_name = Country
state_profile_name = State
device_profile_name = IoT-Gateway
[assets]
country_name = India
state_name = Delhi
device_name = papaya-gateway-01
serial_number = PM-2024-0001
[location]
latitude = 28.6139
longitude = -77.2090
`;

const read = (text: string): ProvisionConfig => provisionConfigOf(new IniDocument(text), 'c.ini');
const problemsOf = (text: string): readonly string[] => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigIncomplete) return error.problems;
    throw error;
  }
  return [];
};

describe('provisionConfigOf', () => {
  it('reads document 004’s file', () => {
    expect(read(whole)).toMatchObject({
      url: { value: 'https://iot.example.org', at: '[thingsboard] url (c.ini, line 2)' },
      provisioningKey: undefined,
      user: { token: undefined, username: { value: 'ann@example.com' }, password: { value: 'secret' } },
      profiles: { device: { value: 'IoT-Gateway', at: '[profiles] device_profile_name (c.ini, line 9)' } },
      country: { value: 'India' },
      state: { value: 'Delhi' },
      device: { name: 'papaya-gateway-01', serial: 'PM-2024-0001', uuid: undefined },
      location: { latitude: 28.6139, longitude: -77.209 },
      lookup: { isWanted: true, url: 'https://ipapi.co/json/' },
    });
  });

  it('wants no account where there is a token, and no profiles where there is a provisioning key', () => {
    expect(problemsOf(whole.replace('token =', 'token = t').replace(/^(?:username|password).*\n/gm, ''))).toEqual([]);
    const byKey = whole.replace('token =', 'provisioning_key = k').replace(/\[profiles\][^[]*/, '');
    expect(problemsOf(byKey.replace(/^(?:username|password).*\n/gm, ''))).toEqual([]);
    expect(read(byKey)).toMatchObject({ provisioningKey: { value: 'k' }, profiles: undefined });
  });

  it.each([
    ['url = https://iot.example.org/', 'url = iot.example.org', 'line 2: [thingsboard] url must be an address'],
    ['url = https://iot.example.org/', 'url = https://a:b@c', 'line 2: [thingsboard] url must not hold a name'],
    ['password = secret', '', 'line 1: section [thingsboard] has no key password'],
    ['state_profile_name = State', 'state_profile_name =', 'line 8: [profiles] state_profile_name is empty'],
    ['latitude = 28.6139', 'latitude = 28,6139', 'line 16: [location] latitude must be degrees from -90 to 90'],
    ['latitude = 28.6139', 'latitude = 91', 'line 16: [location] latitude must be degrees from -90 to 90'],
    ['latitude = 28.6139', 'latitude = 0x10', 'line 16: [location] latitude must be degrees from -90 to 90'],
    ['latitude = 28.6139', '', 'line 15: section [location] has no key latitude'],
    ['latitude = 28.6139', 'lookup = perhaps\nlatitude = 1', 'line 16: [location] lookup must be true or false'],
    ['device_name', 'uuid = a b\ndevice_name', 'line 13: [assets] uuid must be'],
  ])('says of %j as %j what is wrong and where', (right, wrong, problem) => {
    expect(problemsOf(whole.replace(right, wrong))).toEqual([expect.stringContaining(`c.ini, ${problem}`)]);
  });

  it('says everything at once', () => {
    expect(problemsOf('[thingsboard]\n')).toHaveLength(8);
  });
});
