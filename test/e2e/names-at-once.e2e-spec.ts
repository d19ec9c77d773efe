import { describe, expect, it } from '@jest/globals';
import { PlacesService } from '../../src/modules/places/places.service.js';
import type { TestAnswer } from '../support/app.js';
import { HeldLock } from '../support/held-lock.js';
import { ZeroTouchLab } from '../support/zero-touch-lab.js';

const lab = new ZeroTouchLab();
const rounds = [0, 1, 2, 3, 4].map((n) => `round ${n.toString()}`);
/** As ThingsBoard's scripts do, which know of no other road. */
const script = (path: string, body: object): Promise<TestAnswer> =>
  lab.server.http('POST', path, { headers: { 'x-authorization': `Bearer ${lab.world.token}` }, body });
const said = ({ status, body }: TestAnswer): [number, unknown] => [status, body.message];
const countOf = async (table: 'devices' | 'places', name: string): Promise<number> => {
  const rows = await lab.server.database.query(
    `SELECT FROM ${table} WHERE tenant_id = $1 AND lower(name) = lower($2)`,
    [lab.world.tenantId, name],
  );
  return rows.length;
};

describe('an asset that a script makes', () => {
  const taken = [400, 'Asset with such name already exists!'];
  const tenant = () => ({ id: lab.world.tenantId });
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
