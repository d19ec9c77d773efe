import { describe, expect, it } from '@jest/globals';
import { DeviceNamesService } from '../../src/modules/devices/device-names.service.js';
import { PlacesService } from '../../src/modules/places/places.service.js';
import type { TestAnswer } from '../support/app.js';
import { HeldLock } from '../support/held-lock.js';
import { inDelhi, ZeroTouchLab } from '../support/zero-touch-lab.js';

const lab = new ZeroTouchLab();
const rounds = [0, 1, 2, 3, 4].map((n) => `round ${n.toString()}`);
/** As ThingsBoard's scripts do, which know of no other road. */
const script = (path: string, body: object): Promise<TestAnswer> =>
  lab.server.http('POST', path, { headers: { 'x-authorization': `Bearer ${lab.world.token}` }, body });
const said = ({ status, body }: TestAnswer): [number, unknown] => [status, body.message];
const tenant = () => ({ id: lab.world.tenantId });
const countOf = async (table: 'devices' | 'places', name: string): Promise<number> => {
  const rows = await lab.server.database.query(
    `SELECT FROM ${table} WHERE tenant_id = $1 AND lower(name) = lower($2)`,
    [lab.world.tenantId, name],
  );
  return rows.length;
};

describe('an asset that a script makes', () => {
  const taken = [400, 'Asset with such name already exists!'];
  const holdTree = () =>
    HeldLock.take(lab.server, (tx) => lab.server.app.get(PlacesService, { strict: false }).isNamed(tx, tenant(), ''));

  it('is made once, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => script('/api/asset', { name: 'Delhi' })));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(said)).toEqual(Array.from({ length: 7 }, () => taken));
    expect(await countOf('places', 'Delhi')).toBe(1);
  });

  it.each(rounds)('sees what another road has made elsewhere in the tree while it waited: %s', async (name) => {
    const country = await lab.ask('POST', '/api/v1/places', { name: 'India' });
    const tree = await holdTree();
    const first = await tree.queue(() => lab.ask('POST', '/api/v1/places', { name, parent_id: country.body.id }));
    const second = await tree.queue(() => script('/api/asset', { name }));
    await tree.release();
    expect([(await first.answer).status, said(await second.answer)]).toEqual([201, taken]);
    expect(await countOf('places', name)).toBe(1);
  });

  it.each(rounds)(
    'is made by the first of two in line, and its name stays taken where it is moved: %s',
    async (name) => {
      const country = await lab.ask('POST', '/api/v1/places', { name: 'India' });
      const tree = await holdTree();
      const answers = [
        await tree.queue(() => script('/api/asset', { name })),
        await tree.queue(() => script('/api/asset', { name })),
      ];
      await tree.release();
      const [made, refused] = await Promise.all(answers.map(({ answer }) => answer));
      expect([made?.status, refused === undefined ? null : said(refused)]).toEqual([200, taken]);
      const moved = await lab.ask('POST', `/api/v1/places/${String(made?.body.id.id)}/move`, {
        parent_id: country.body.id,
      });
      expect(moved.status).toBeLessThan(300);
      expect(said(await script('/api/asset', { name }))).toEqual(taken);
      expect(await countOf('places', name)).toBe(1);
    },
  );
});

describe('a device that a script makes and that registers', () => {
  const taken = [400, 'Device with such name already exists!'];
  const holdName = (name: string) =>
    HeldLock.take(lab.server, (tx) =>
      lab.server.app.get(DeviceNamesService, { strict: false }).lock(tx, tenant(), name),
    );
  const registered = ({ status, body }: TestAnswer) => [status, body.placement?.device_created];

  it.each(rounds)('is found by the registration that comes second, however it writes the name: %s', async (name) => {
    const { key } = await lab.aFleet();
    const line = await holdName(name);
    const first = await line.queue(() => script('/api/device', { name }));
    const second = await line.queue(() => lab.register(key, { ...inDelhi, deviceName: name.toUpperCase() }));
    await line.release();
    const [made, found] = [await first.answer, await second.answer];
    expect([made.status, registered(found)]).toEqual([200, [200, false]]);
    expect(found.body.deviceId).toBe(`dev_${String(made.body.id.id)}`);
    expect(await countOf('devices', name)).toBe(1);
  });

  it.each(rounds)('is there for the script that comes second: %s', async (name) => {
    const { key } = await lab.aFleet();
    const line = await holdName(name);
    const first = await line.queue(() => lab.register(key, { ...inDelhi, deviceName: name }));
    const second = await line.queue(() => script('/api/device', { name }));
    await line.release();
    expect([registered(await first.answer), said(await second.answer)]).toEqual([[200, true], taken]);
    expect(await countOf('devices', name)).toBe(1);
  });

  it('is one, however many of both ask at once', async () => {
    const { key } = await lab.aFleet();
    for (const name of rounds) {
      const [uuid, serial] = [name.replace(' ', '-'), `SN of ${name}`];
      const scripts = [0, 1, 2].map(() => script('/api/device', { name }));
      const registrations = [0, 1, 2].map((n) =>
        lab.register(key, { ...inDelhi, uuid, serial, deviceName: name }, `8.8.${n.toString()}.8`),
      );
      const made = (await Promise.all(scripts)).filter(({ status }) => status === 200);
      const placed = await Promise.all(registrations);
      const ids = new Set([
        ...made.map(({ body }) => `dev_${String(body.id.id)}`),
        ...placed.map(({ body }) => body.deviceId),
      ]);
      expect([made.length < 2, placed.map(({ status }) => status), ids.size]).toEqual([true, [200, 200, 200], 1]);
      expect(await countOf('devices', name)).toBe(1);
    }
  });

  it('is another one to a script that writes its name otherwise, as in ThingsBoard', async () => {
    const answers = await Promise.all(['a gateway', 'A Gateway'].map((name) => script('/api/device', { name })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await countOf('devices', 'a gateway')).toBe(2);
  });
});
