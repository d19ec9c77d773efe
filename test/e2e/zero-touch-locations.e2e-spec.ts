import { describe, expect, it } from '@jest/globals';
import { startTestApp, type Body } from '../support/app.js';
import { answer, drip, flood, neverAnswer, reset, type Answer } from '../support/http-sink.js';
import { aBody, inDelhi, ZeroTouchLab } from '../support/zero-touch-lab.js';

const lab = new ZeroTouchLab();
const { clock, anotherTenant, ask, aFleet, register, asked, rows } = lab;
const found = { country_name: 'France', region: 'Île-de-France', latitude: 48.85, longitude: 2.35 };
const usual = { country: 'India', state: 'Delhi', location: { latitude: 28.6, longitude: 77.2 } };

describe('where a device is', () => {
  const place = async (placement: object, said: object = {}, from = lab.address): Promise<Body> => {
    const { key } = await aFleet({ placement });
    const { status, body } = await register(key, said, from);
    expect(status).toBe(200);
    return {
      source: body.placement.location_source,
      path: body.placement.path.map(({ name }: Body) => name),
      latitude: body.placement.location?.latitude ?? null,
    };
  };
  const json = (body: unknown): Answer => answer(200, JSON.stringify(body), { 'content-type': 'application/json' });

  it('is looked up by its address where it does not say so itself', async () => {
    lab.lookup.script(json(found));
    expect(await place(usual)).toEqual({ source: 'ip', path: ['FRANCE', 'Île-de-France'], latitude: 48.85 });
    expect(asked()).toEqual([`/geo/${lab.address}/json/`]);
    expect(lab.lookup.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('is what it says itself, with the names that the look-up knows', async () => {
    lab.lookup.script(json(found));
    const said = { latitude: 43.3, longitude: '5.4' };
    expect(await place(usual, said)).toEqual({ source: 'device', path: ['FRANCE', 'Île-de-France'], latitude: 43.3 });
  });

  it('is what its key says where nobody knows better', async () => {
    lab.lookup.script(answer(404));
    const said = { latitude: 'somewhere', longitude: 500, country: { a: 1 }, state: '' };
    expect(await place(usual, said)).toEqual({ source: 'default', path: ['INDIA', 'Delhi'], latitude: 28.6 });
  });

  it('is nowhere where nobody knows, until somebody does', async () => {
    lab.lookup.script(answer(404));
    const { key } = await aFleet();
    expect((await register(key)).body.placement).toEqual({
      ...{ device_created: true, handshake_at: null, path: [], location_source: 'none', location: null },
    });
    const before = await rows();
    await register(key);
    expect(await rows()).toEqual(before);
    const { body } = await register(key, inDelhi);
    expect(body.placement).toMatchObject({ device_created: false, path: [{ name: 'INDIA' }, { name: 'Delhi' }] });
  });

  it('is the place of its key where nobody knows the country', async () => {
    lab.lookup.script(answer(404));
    const { body: hall } = await ask('POST', '/api/v1/places', { name: 'hall' });
    const { key } = await aFleet({ place_id: hall.id });
    expect((await register(key)).body.placement.path).toEqual([{ id: hall.id, name: 'hall', created: false }]);
  });

  it.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '169.254.169.254', 'fd00::1', '::ffff:10.0.0.1', '100.64.0.1'])(
    'is not asked of anybody for the address %s',
    async (inside) => {
      expect(await place(usual, {}, inside)).toMatchObject({ source: 'default' });
      expect(asked()).toEqual([]);
    },
  );

  it('is asked once for many at one address, and again after a day', async () => {
    lab.lookup.script(json(found), json({ ...found, country_name: 'Spain' }));
    const { key } = await aFleet();
    const one = (n: number) =>
      register(key, { uuid: `g-${n.toString()}`, deviceName: `g ${n.toString()}`, serial: `S${n.toString()}` });
    await Promise.all(Array.from({ length: 10 }, (_, n) => one(n)));
    expect(asked()).toHaveLength(1);
    clock.advance(24 * 3_600_000 + 1);
    await anotherTenant();
    const { key: later } = await aFleet();
    expect((await register(later)).body.placement.path[0].name).toBe('SPAIN');
  });

  it.each<[string, Answer]>([
    ['an error', answer(500, JSON.stringify(found))],
    ['too many questions', answer(429, '{"error":true,"reason":"RateLimited"}')],
    ['a redirection', answer(302, '', { location: 'http://169.254.169.254/' })],
    ['no JSON', answer(200, '<html>')],
    ['half an answer', answer(200, '{"country_name": "Fra')],
    ['nonsense', json({ country_name: 7, region: ['x'], latitude: 'NaN', longitude: 1e9 })],
    ['an error that says 200', json({ error: true, ...found })],
    ['a flood', flood(50 * 1024 * 1024)],
    ['a connection that breaks', reset],
  ])('is what its key says when the look-up answers with %s', async (_, broken) => {
    lab.lookup.script(broken);
    expect(await place(usual)).toEqual({ source: 'default', path: ['INDIA', 'Delhi'], latitude: 28.6 });
    expect(asked()).toHaveLength(1);
    // It is left alone for a minute, and then asked again.
    await place(usual, { uuid: 'g-2', deviceName: 'g 2', serial: 'S2' });
    expect(asked()).toHaveLength(1);
    clock.advance(60_001);
    lab.lookup.script(json(found));
    expect(await place(usual, { uuid: 'g-3', deviceName: 'g 3', serial: 'S3' })).toMatchObject({ source: 'ip' });
  });

  it.each<[string, Answer]>([
    ['never answers', neverAnswer],
    ['answers one byte after the other', drip(200)],
  ])('is what its key says when the look-up %s', async (_, slow) => {
    lab.lookup.script(slow);
    expect(await place(usual)).toEqual({ source: 'default', path: ['INDIA', 'Delhi'], latitude: 28.6 });
  });
});

describe('a look-up', () => {
  it.each([
    ['that is off', undefined, '127.0.0.0/8'],
    ['at an address inside that the operator has not opened', 'http://127.0.0.1:9', '::1/128'],
    ['at a port where nobody is', 'http://127.0.0.1:9', '127.0.0.0/8'],
    ['at a name that nobody has', 'http://geo.invalid', '127.0.0.0/8'],
  ])('%s keeps nobody from registering', async (_, geoipUrl, cidr) => {
    const settings = { trustProxy: true, geoipUrl, egressAllowCidrs: [cidr] };
    const resolver = () => Promise.reject(new Error('no such name'));
    const other = await startTestApp({ clock, settings, resolver });
    try {
      const { token } = await other.signUp();
      const made = await other.http('POST', '/api/v1/provisioning-keys', {
        token,
        body: { name: 'f', placement: usual },
      });
      const headers = { 'x-forwarded-for': '8.8.8.8' };
      const { body } = await other.http('POST', '/device/register', { token: made.body.key, body: aBody, headers });
      expect(body.placement).toMatchObject({
        location_source: 'default',
        path: [{ name: 'INDIA' }, { name: 'Delhi' }],
      });
    } finally {
      await other.close();
    }
  });
});
