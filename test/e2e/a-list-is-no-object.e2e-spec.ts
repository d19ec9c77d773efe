import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';

const location = { latitude: 28.6, longitude: 77.2 };
/** What holds an object of its own: where it is made, the field, and an object that is taken there. */
const holders: [url: string, field: string, good: object][] = [
  ['/api/v1/devices', 'location', { ...location, source: 'manual' }],
  ['/api/v1/places', 'location', location],
  ['/api/v1/device-profiles', 'defaults', {}],
  ['/api/v1/provisioning-keys', 'placement', { country: 'India' }],
];

describe('a list where an object belongs', () => {
  let server: TestApp;
  let world: TenantWorld;
  beforeAll(async () => {
    server = await startTestApp({ settings: { role: 'api' } });
    world = await TenantWorld.create(server);
  });
  afterAll(() => server.close());
  const ask = (method: string, url: string, body: object) => server.http(method, url, { token: world.token, body });

  it.each(holders)('is refused: %s, %s', async (url, field, good) => {
    const made = await ask('POST', url, { name: 'one', [field]: good });
    expect(made.status).toBe(201);
    const row = `${url}/${String(made.body.id)}`;
    const stored = (await world.get(row))[field];
    for (const list of [[good], [], [good, good]]) {
      const answers = [
        await ask('POST', url, { name: 'two', [field]: list }),
        await ask('PUT', row, { [field]: list }),
        await ask('PATCH', row, { [field]: list }),
      ];
      const problem = [400, 'validation.failed', field];
      expect(answers.map(({ status, body }) => [status, body.code, body.errors?.[0]?.path])).toEqual([
        problem,
        problem,
        problem,
      ]);
    }
    expect((await world.get(row))[field]).toEqual(stored);
  });

  it('is refused within one, too', async () => {
    const body = { name: 'a fleet', placement: { country: 'India', location: [location] } };
    expect((await ask('POST', '/api/v1/provisioning-keys', body)).body.errors?.[0]?.path).toBe('placement.location');
  });
});
