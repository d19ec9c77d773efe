import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';

const places = '/api/v1/places';
let server: TestApp;
let token: string;

beforeAll(async () => {
  server = await startTestApp({ settings: { role: 'api' } });
});
beforeEach(async () => {
  ({ token } = await server.signUp());
});
afterAll(() => server.close());

const ask = (method: string, url: string, body?: unknown, as = token, headers = {}): Promise<TestAnswer> =>
  server.http(method, url, { token: as, headers, ...(body === undefined ? {} : { body }) });
const take = (body: unknown, query = ''): Promise<TestAnswer> => ask('POST', `${places}/import${query}`, body);
const takeCsv = (text: string, query = ''): Promise<TestAnswer> =>
  ask('POST', `${places}/import${query}`, text, token, { 'content-type': 'text/csv' });
const counts = ({ body }: TestAnswer): number[] => [body.created, body.updated, body.unchanged] as number[];
const exported = async (query = '', as = token): Promise<TestAnswer> =>
  ask('GET', `${places}/export${query}`, undefined, as);
const all = async (): Promise<{ name: string }[]> => (await ask('GET', places)).body as { name: string }[];

const tree = [
  {
    name: 'Netherlands',
    profile: 'country',
    description: 'flat',
    location: { latitude: 52.1, longitude: 5.3 },
    attributes: { code: 'NL' },
    contains: [
      { name: 'South Holland', profile: 'State', contains: [{ name: 'Delft', location: { latitude: 52, longitude: 4.4, altitude: 1 } }] },
      { name: 'A/B \\ "C", D' },
    ],
  },
  { name: '=1+1' },
]; // prettier-ignore

describe('POST /places/import', () => {
  it('makes a tree, and the second time changes nothing', async () => {
    const first = await take(tree);
    expect([first.status, counts(first)]).toEqual([200, [5, 0, 0]]);
    expect(first.body.places[0]).toEqual({ path: ['Netherlands'], action: 'created', id: expect.any(String) });
    const delft = first.body.places.find(({ path }: { path: string[] }) => path.at(-1) === 'Delft');
    const { body } = await ask('GET', `${places}/${delft.id}`);
    expect(body).toMatchObject({
      path: [{ name: 'Netherlands' }, { name: 'South Holland' }],
      location: { altitude: 1 },
    });
    const before = await all();
    expect(counts(await take(tree))).toEqual([0, 0, 5]);
    expect(await all()).toEqual(before);
  });

  it('finds places without case, changes what the file says of them and leaves alone what it does not', async () => {
    await take(tree);
    const answer = await take([
      { name: 'NETHERLANDS', attributes: { code: 'nl' }, profile: null, contains: [{ name: 'south holland' }] },
    ]);
    expect(counts(answer)).toEqual([0, 1, 1]);
    const { body } = await ask('GET', `${places}/${answer.body.places[0].id}`);
    expect(body).toMatchObject({ name: 'Netherlands', description: 'flat', attributes: { code: 'nl' }, version: 2 });
    expect([body.profile, body.location.latitude]).toEqual([null, 52.1]);
  });

  it('takes CSV, and makes the places that are only named above others', async () => {
    const csv =
      'path,profile,latitude,longitude,attributes\r\nNL/ZH/Delft,State,52,4.4,"{""floors"":3}"\r\nNL,Country\r\n';
    expect(counts(await takeCsv(csv))).toEqual([3, 0, 0]);
    expect(counts(await takeCsv(csv))).toEqual([0, 0, 3]);
    const [delft] = (await ask('GET', `${places}?name=Delft`)).body;
    expect(delft).toMatchObject({ attributes: { floors: 3 }, profile: { name: 'State' }, location: { latitude: 52 } });
  });

  it('puts a file below a place', async () => {
    const { body: top } = await ask('POST', places, { name: 'Europe' });
    await take([{ name: 'NL' }], `?into=${top.id}`);
    const [nl] = (await ask('GET', `${places}?parent_id=${top.id}`)).body;
    expect(nl.name).toBe('NL');
    const { token: stranger } = await server.signUp();
    const foreign = await ask('POST', `${places}/import?into=${top.id}`, [{ name: 'NL' }], stranger);
    expect([foreign.status, foreign.body.errors[0].path]).toEqual([400, 'into']);
  });

  it('tries first what would come of it', async () => {
    await take([{ name: 'Netherlands' }]);
    const trial = await take(tree, '?dry_run=true');
    expect([trial.body.dry_run, counts(trial)]).toEqual([true, [4, 1, 0]]);
    expect(trial.body.places.at(-1)).toMatchObject({ action: 'created', id: null });
    expect(await all()).toHaveLength(1);
    expect(counts(await take(tree))).toEqual([4, 1, 0]);
  });

  it('makes nothing twice when two files come at once', async () => {
    const answers = await Promise.all([take(tree), take(tree), take(tree)]);
    expect(answers.map((answer) => answer.body.created).sort()).toEqual([0, 0, 5]);
    expect(await all()).toHaveLength(5);
  });

  it('stores nothing of a file with a fault, and names each', async () => {
    const answer = await take([
      { name: 'NL', contains: [{ name: 'ZH', profile: 'Province' }, { name: ' ' }] },
      { name: 'BE', location: { latitude: 95, longitude: 0 }, colour: 'red' },
    ]);
    const faults = answer.body.errors.map(({ path }: { path: string }) => path);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation.failed']);
    expect(faults.sort()).toEqual(['0.contains.1.name', '1.colour', '1.location.latitude']);
    const unknown = await take([{ name: 'NL', contains: [{ name: 'ZH', profile: 'Province' }] }]);
    expect(unknown.body.errors).toEqual([
      { path: '0.contains.0.profile', message: 'there is no place profile "Province"' },
    ]);
    expect(await all()).toEqual([]);
  });

  it.each([
    ['a place that is said twice', [{ name: 'NL' }, { name: 'nl' }], 400],
    ['no list', { name: 'NL' }, 400],
    ['more than 32 places above one another', Array.from({ length: 33 }).reduce((below) => [{ name: 'p', contains: below }], []), 422],
    ['more than 10,000 places', Array.from({ length: 10_001 }, (_, n) => ({ name: n.toString() })), 413],
  ])('refuses %s', async (_, body, status) => {
    expect((await take(body)).status).toBe(status);
    expect(await all()).toEqual([]);
  }); // prettier-ignore

  it('refuses other kinds of files, and text that is not UTF-8', async () => {
    const send = async (type: string, body: string | Buffer) =>
      (await ask('POST', `${places}/import`, body, token, { 'content-type': type })).status;
    expect(await send('application/x-ndjson', '{}')).toBe(415);
    expect(await send('text/csv', Buffer.from([0x70, 0x61, 0x74, 0x68, 0x0a, 0xff]))).toBe(400);
  });

  it('is written down as one change of many', async () => {
    await take(tree);
    await take(tree);
    const records = (await ask('GET', '/api/v1/audit?action=place.imported')).body;
    expect(records).toHaveLength(1);
    expect(records[0].report).toMatchObject({ created: 5, updated: 0, unchanged: 0, count: 5 });
  });
});

describe('GET /places/export', () => {
  it.each(['json', 'csv'])('gives a %s file that another tenant takes as it is', async (format) => {
    await take(tree);
    const file = await exported(`?format=${format}`);
    const text = typeof file.body === 'string' ? file.body : JSON.stringify(file.body);
    expect(file.headers['content-type']).toContain(format);
    expect(counts(format === 'csv' ? await takeCsv(text) : await take(JSON.parse(text)))).toEqual([0, 0, 5]);
    ({ token } = await server.signUp());
    expect(counts(format === 'csv' ? await takeCsv(text) : await take(JSON.parse(text)))).toEqual([5, 0, 0]);
    const again = await exported(`?format=${format}`);
    expect(again.body).toEqual(file.body);
  });

  it('nests places in JSON', async () => {
    await take(tree);
    const { body } = await exported();
    expect(body).toMatchObject([
      { name: '=1+1', contains: [] },
      {
        name: 'Netherlands',
        profile: 'Country',
        contains: [
          { name: 'A/B \\ "C", D', contains: [] },
          { name: 'South Holland', contains: [{ name: 'Delft' }] },
        ],
      },
    ]);
  });

  it('gives a spreadsheet nothing to compute, and a part of the tree', async () => {
    await take(tree);
    const csv = String((await exported('?format=csv')).body);
    expect(csv.split('\r\n')[1]).toBe("'=1+1,,,,,,");
    const [state] = (await ask('GET', `${places}?name=South`)).body;
    expect((await exported(`?root=${state.id}`)).body).toMatchObject([
      { name: 'South Holland', contains: [{ name: 'Delft' }] },
    ]);
    const { token: stranger } = await server.signUp();
    expect((await exported(`?root=${state.id}`, stranger)).status).toBe(404);
    expect((await exported('', stranger)).body).toEqual([]);
  });
});
