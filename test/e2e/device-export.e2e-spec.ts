import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { FileTransfer } from '../support/file-transfer.js';

describe('GET /devices/export', () => {
  let app: TestApp;
  let token: string;
  let files: FileTransfer;
  let ids: string[];

  const make = async (url: string, body: object, as = token): Promise<Body> =>
    (await app.http('POST', `/api/v1/${url}`, { token: as, body })).body;
  const linesOf = (file: string): string[] => file.split(/\r?\n/).filter((line) => line !== '');

  beforeAll(async () => {
    app = await startTestApp();
    ({ token } = await app.signUp());
    files = new FileTransfer(app, token);
    ids = await fill(token);
  });
  afterAll(() => app.close());

  /** What a spreadsheet, a parser and a stranger may stumble over. */
  const fill = async (as: string): Promise<string[]> => {
    const labels = [await make('labels', { name: 'north' }, as), await make('labels', { name: 'a|b, "c"' }, as)];
    const place = await make('places', { name: 'Naaldwijk' }, as);
    const profile = await make('device-profiles', { name: 'climate' }, as);
    const whole = {
      ...{
        name: '=HYPERLINK("http://x")',
        dev_eui: '00000000000000E1',
        mac: 'a4cf126b007e',
        uuid: 'u-1',
        serial: '-1',
      },
      ...{ app_eui: '70B3D57ED0000001', app_key: '0123456789abcdef0123456789abcdef', site: 'bay, "12"' },
      ...{ description: "two\nlines; and 'quotes'", expected_transmit_time: 30, status: 'maintenance' },
      ...{ label_ids: labels.map(({ id }: Body) => id), place_id: place.id, profile_id: profile.id },
      ...{
        metadata: { deep: { list: [1, null, 'é'] } },
        location: { latitude: -33.8, longitude: 18.4, altitude: 2, source: 'gps' },
      },
    };
    const made = [await make('devices', whole, as), await make('devices', { name: "'plain" }, as)];
    return made.map(({ id }: Body) => String(id));
  };

  it.each(['csv', 'ndjson'] as const)('gives as %s what the import takes, into another tenant', async (format) => {
    const file = await files.export(`?format=${format}`);
    expect(file).not.toContain('0123456789abcdef');
    const { token: other } = await app.signUp();
    await make('labels', { name: 'north' }, other);
    await make('labels', { name: 'a|b, "c"' }, other);
    await make('places', { name: 'Naaldwijk' }, other);
    await make('device-profiles', { name: 'climate' }, other);
    const theirs = new FileTransfer(app, other);
    const imported = await theirs.take(file, '', format);
    expect(imported).toMatchObject({ created: 2, errors: 0 });
    const without = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '?');
    expect(without(await theirs.export(`?format=${format}`))).toBe(without(file));
  });

  it.each(['csv', 'ndjson'] as const)('gives as %s what changes nothing when it is taken back', async (format) => {
    const [before, edited] = [await files.get(`devices/${ids[0] ?? ''}`), await files.get(`devices/${ids[1] ?? ''}`)];
    const imported = await files.take(await files.export(`?format=${format}`), '?on_conflict=update', format);
    expect(imported).toMatchObject({ updated: 2, errors: 0 });
    expect((await files.get(`devices/${ids[0] ?? ''}`)).body).toEqual(before.body);
    expect((await files.get(`devices/${ids[1] ?? ''}`)).body).toEqual(edited.body);
  });

  it('guards cells that a spreadsheet would run', async () => {
    const [header, ...lines] = linesOf((await files.export()).replace('two\nlines', 'two lines'));
    expect(header).toMatch(/^id,name,dev_eui,mac,/);
    expect(lines[0]).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(lines[0]).toContain(`,'-1,`);
    expect(lines[0]).toContain(',-33.8,18.4,2,gps,');
    expect(lines[1]).toContain(",'plain,");
  });

  it('has the filters of the list, and the headers of a file', async () => {
    expect(linesOf(await files.export('?status=never_seen&format=ndjson'))).toHaveLength(1);
    expect(linesOf(await files.export('?q=e1&format=ndjson'))).toHaveLength(1);
    expect(linesOf(await files.export('?name=nobody'))).toHaveLength(1);
    const { headers } = await files.get('devices/export?format=ndjson');
    expect(headers['content-type']).toContain('application/x-ndjson');
    expect(headers['content-disposition']).toBe('attachment; filename="devices.ndjson"');
  });

  it('writes thousands, each once', async () => {
    const { token: other } = await app.signUp();
    const theirs = new FileTransfer(app, other);
    const names = Array.from({ length: 1_250 }, (_, n) => `d${n}`);
    await theirs.take(`name\n${names.join('\n')}\n`);
    const exported = linesOf(await theirs.export('?format=ndjson')).map((line) => JSON.parse(line).name as string);
    expect(exported.toSorted()).toEqual(names.toSorted());
  });

  it('shows a stranger nothing and refuses what it does not know', async () => {
    const { token: stranger } = await app.signUp();
    expect(linesOf(await new FileTransfer(app, stranger).export())).toHaveLength(1);
    for (const query of ['?format=xml', '?limit=3', '?sort=name', '?status=x']) {
      expect([query, (await files.get(`devices/export${query}`)).status]).toEqual([query, 400]);
    }
    expect((await app.http('GET', '/api/v1/devices/export')).status).toBe(401);
  });
});
