import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { FileTransfer } from '../support/file-transfer.js';
import { aDevEui } from '../support/uplinks.js';

let app: TestApp;
let token: string;
let files: FileTransfer;

const ask = (method: string, path: string, body?: object, as = token) =>
  app.http(method, `/api/v1/${path}`, { token: as, ...(body === undefined ? {} : { body }) });
const device = async (id: string): Promise<Body> => (await ask('GET', `devices/${id}`)).body;
const statuses = ({ rows }: Body): string[] => rows.map((row: Body) => row.status);
const countDevices = async (): Promise<number> =>
  Number((await ask('GET', 'devices?limit=1')).headers['x-total-count']);

beforeAll(async () => {
  app = await startTestApp();
  ({ token } = await app.signUp());
  files = new FileTransfer(app, token);
  await ask('POST', 'labels', { name: 'north' });
  await ask('POST', 'labels', { name: 'a|b' });
  await ask('POST', 'places', { name: 'Naaldwijk' });
  await ask('POST', 'device-profiles', {
    name: 'climate',
    expected_interval: 30,
    defaults: { metadata: { kind: 'air' } },
  });
});
afterAll(() => app.close());

describe('POST /devices/import', () => {
  it('registers what a CSV file says, with names in the place of ids, and reports each row', async () => {
    const eui = aDevEui();
    const key = '0123456789abcdef0123456789abcdef';
    const imported = await files.take(
      `Name;DevEUI;App Key;Labels;Profile;Place;lat;lon;metadata\r\n` +
        `"Barn; ""3""";${eui.toLowerCase()};${key};"[""north"",""a|b""]";climate;naaldwijk;52,1;4.9;"{""crop"":""tomato""}"\r\n`,
    );
    const [row] = imported.rows;
    expect(row).toEqual({ row: 2, status: 'created', device_id: expect.any(String), name: 'Barn; "3"', errors: [] });
    expect(imported).toMatchObject({ state: 'finished', total: 1, done: 1, created: 1, errors: 0, dry_run: false });
    const made = await device(row.device_id);
    expect(made).toMatchObject({
      name: 'Barn; "3"',
      dev_eui: eui,
      app_key: '********',
      profile: { name: 'climate' },
      place: { name: 'Naaldwijk' },
      status: 'never_seen',
      location: { latitude: 52.1, longitude: 4.9, source: 'manual' },
      metadata: { kind: 'air', crop: 'tomato' },
    });
    expect(made.label_ids).toHaveLength(2);
    const kept = await app.database.query(
      'SELECT given::text, app_key_sealed FROM device_import_rows WHERE import_id = $1',
      [imported.id],
    );
    expect(JSON.stringify(kept)).not.toContain(key);
    expect(kept).toMatchObject([{ app_key_sealed: null }]);
  });

  it('takes JSON lines as POST /devices takes bodies', async () => {
    const label = (await ask('GET', 'labels?name=north')).body[0].id;
    const imported = await files.take(
      [
        JSON.stringify({ name: 'one', serial: 'J-1', label_ids: [label], status: 'maintenance' }),
        JSON.stringify({ name: 'two', colour: 'red' }),
        'no JSON',
        JSON.stringify({ name: 'nul \u0000' }),
        JSON.stringify({ name: 'four', labels: ['nobody'], profile: 'none', place: 'nowhere' }),
      ].join('\n'),
      '',
      'ndjson',
    );
    expect(statuses(imported)).toEqual(['created', 'error', 'error', 'error', 'error']);
    expect(imported.rows.slice(1).map((row: Body) => row.errors.map((error: Body) => error.path))).toEqual([
      ['colour'],
      [''],
      ['name'],
      ['labels.0', 'profile', 'place'],
    ]);
    expect(await device(imported.rows[0].device_id)).toMatchObject({ status: 'maintenance', label_ids: [label] });
  });

  it('names every field that is wrong, and takes the other rows', async () => {
    const imported = await files.take(
      'name,dev_eui,mac,expected_transmit_time,app_key,lat,lon\nok,,,,,,\n,xyz,1,0,short,91,\nalso ok,,,,,,\n',
    );
    expect(statuses(imported)).toEqual(['created', 'error', 'created']);
    const paths = imported.rows[1].errors.map((error: Body) => error.path);
    expect([...new Set(paths)].sort()).toEqual([
      ...['app_key', 'dev_eui', 'expected_transmit_time', 'location.latitude', 'location.longitude', 'mac', 'name'],
    ]);
    const [failed] = (await files.get(`devices/imports/${imported.id}/rows?status=error`)).body;
    expect(failed.row).toBe(3);
  });

  it('refuses, edits or leaves alone what is there already, as it is told', async () => {
    const eui = aDevEui();
    const [first] = (await files.take(`name,dev_eui,serial,labels,metadata\na,${eui},S-${eui},north,"{""x"":1}"\n`))
      .rows;
    const again = `name,dev_eui,description,metadata\nb,${eui},new,"{""y"":2}"\n`;
    const refused = await files.take(again);
    expect(refused.rows[0]).toMatchObject({
      status: 'error',
      device_id: first.device_id,
      errors: [{ path: 'dev_eui' }],
    });
    const skipped = await files.take(again, '?on_conflict=skip');
    expect(skipped.rows[0]).toMatchObject({ status: 'skipped', device_id: first.device_id });
    expect((await device(first.device_id)).name).toBe('a');
    const updated = await files.take(again, '?on_conflict=update');
    expect(updated).toMatchObject({ updated: 1, rows: [{ status: 'updated', device_id: first.device_id }] });
    expect(await device(first.device_id)).toMatchObject({
      name: 'b',
      description: 'new',
      serial: `S-${eui}`,
      metadata: { x: 1, y: 2 },
      label_ids: [expect.any(String)],
    });
    const emptied = await files.take(
      JSON.stringify({ name: 'b', dev_eui: eui, labels: [], description: null, status: 'maintenance' }),
      '?on_conflict=update',
      'ndjson',
    );
    expect(emptied.updated).toBe(1);
    expect(await device(first.device_id)).toMatchObject({ label_ids: [], description: null, status: 'maintenance' });
  });

  it('tells rows that name each other’s devices, also before anything is stored', async () => {
    const [one, two] = [aDevEui(), aDevEui()];
    const file =
      `name,dev_eui,serial\na,${one},s-${one}\nb,${two},s-${two}\nsame,${one},\n` +
      `both,${one},s-${two}\nfree,,s-x${one}\n`;
    for (const query of ['?dry_run=true', '']) {
      const { rows } = await files.take(file, query);
      expect(rows.map((row: Body) => [row.status, row.errors[0]?.message ?? null])).toEqual([
        ['created', null],
        ['created', null],
        ['error', 'row 2 has it too'],
        ['error', expect.stringContaining('belongs to another device')],
        ['created', null],
      ]);
    }
  });

  it('changes nothing in a dry run, and says the same as the real one, also across batches', async () => {
    const before = await countDevices();
    const lines = Array.from({ length: 1_100 }, (_, n) => `dry ${n},DRY-${n === 1_099 ? 0 : n}`);
    const file = `name,serial\n${lines.join('\n')}\n`;
    const dry = await files.take(file, '?dry_run=true');
    expect(dry).toMatchObject({ state: 'finished', dry_run: true, created: 1_099, errors: 1 });
    const last = (await files.get(`devices/imports/${dry.id}/rows?status=error`)).body;
    expect(last).toEqual([
      {
        row: 1_101,
        status: 'error',
        device_id: null,
        name: 'dry 1099',
        errors: [{ path: 'serial', message: 'row 2 has it too' }],
      },
    ]);
    expect(dry.rows[0]).toMatchObject({ status: 'created', device_id: null });
    expect(await countDevices()).toBe(before);
    const audited = await app.database.query(`SELECT FROM audit_log WHERE report ->> 'import_id' = $1`, [dry.id]);
    expect(audited).toEqual([]);

    const real = await files.take(file);
    expect(real).toMatchObject({ created: 1_099, errors: 1 });
    expect(await countDevices()).toBe(before + 1_099);
    const records = await app.database.query<{ action: string; actor_kind: string; report: Body }>(
      `SELECT action, actor_kind, report FROM audit_log WHERE report ->> 'import_id' = $1 ORDER BY id`,
      [real.id],
    );
    expect(records.map(({ action, actor_kind, report }) => [action, actor_kind, report.count])).toEqual([
      ['device.imported', 'user', 500],
      ['device.imported', 'user', 500],
      ['device.imported', 'user', 99],
    ]);
  }, 30_000);

  it.each([
    ['an unknown column', 'name,colour\na,red\n', 400, 'device_import.unreadable'],
    ['no rows', 'name\n', 400, 'device_import.unreadable'],
    ['nothing', '', 400, 'device_import.unreadable'],
    ['an open quote', 'name\n"a\n', 400, 'device_import.unreadable'],
    ['too many bytes', Buffer.alloc(10 * 1024 * 1024 + 1, 'name\n'), 413, 'device_import.too_large'],
    ['too many rows', `name\n${'x\n'.repeat(50_001)}`, 413, 'device_import.too_large'],
  ])('refuses a file with %s and leaves nothing of it', async (_, file, status, code) => {
    const before = (await files.get('devices/imports')).headers['x-total-count'];
    const answer = await files.send(file);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await files.get('devices/imports')).headers['x-total-count']).toBe(before);
  });

  it('refuses other types and unknown options', async () => {
    const other = await app.http('POST', '/api/v1/devices/import', { token, body: { name: 'a' } });
    expect([other.status, other.body.code]).toEqual([415, 'device_import.unknown_type']);
    const elsewhere = { token, headers: { 'content-type': 'text/csv' }, body: 'name\na\n' };
    expect((await app.http('POST', '/api/v1/labels', elsewhere)).status).toBe(415);
    for (const query of ['?dry_run=maybe', '?on_conflict=merge', '?x=1']) {
      expect([query, (await files.send('name\na\n', query)).status]).toEqual([query, 400]);
    }
  });

  it('is for editors, and an import is nobody else’s', async () => {
    const { id } = await files.take('name\nmine\n');
    const { token: stranger } = await app.signUp();
    for (const path of [`devices/imports/${id}`, `devices/imports/${id}/rows`]) {
      const { status, body } = await ask('GET', path, undefined, stranger);
      expect([status, body.code]).toEqual([404, 'device_import.not_found']);
    }
    expect((await ask('GET', 'devices/imports', undefined, stranger)).body).toEqual([]);
    const { key } = (await ask('POST', 'api-keys', { name: 'reader', scopes: ['read'] })).body;
    const headers = { 'content-type': 'text/csv' };
    const reader = await app.http('POST', '/api/v1/devices/import', { apiKey: key, headers, body: 'name\na\n' });
    expect(reader.status).toBe(403);
    expect((await app.http('POST', '/api/v1/devices/import', { headers, body: 'name\na\n' })).status).toBe(401);
  });
});

describe('an import whose process ends', () => {
  it('is gone on with by another, behind the last row that was reported', async () => {
    const database = await createTestDatabase();
    const receiving = await startTestApp({ database, settings: { role: 'api' } });
    const user = await receiving.signUp();
    const transfer = new FileTransfer(receiving, user.token);
    const file = `name,serial\n${Array.from({ length: 700 }, (_, n) => `d${n},C-${n}`).join('\n')}\n`;
    const { body } = await transfer.send(file);
    expect(body).toMatchObject({ state: 'running', total: 700, done: 0 });
    await receiving.close();

    const working = await startTestApp({ database });
    const finished = await new FileTransfer(working, user.token).end(String(body.id));
    expect(finished).toMatchObject({ state: 'finished', done: 700, created: 700, errors: 0 });
    const [counted] = await database.query<{ count: string }>('SELECT count(*) AS count FROM devices');
    expect(counted?.count).toBe('700');
    await working.close();
    await database.drop();
  }, 30_000);

  it('while the file came in is said to be over; old ones are forgotten', async () => {
    const { id } = await files.take('name\nlate\n');
    await app.database.query(
      `UPDATE device_imports SET state = 'receiving', created_at = now() - interval '1 hour' WHERE id = $1`,
      [id],
    );
    await app.app.get(Maintenance).runNow('device-imports');
    expect((await files.get(`devices/imports/${id}`)).body).toMatchObject({ state: 'aborted' });
    await app.database.query(`UPDATE device_imports SET created_at = now() - interval '31 days' WHERE id = $1`, [id]);
    await app.app.get(Maintenance).runNow('device-imports');
    expect((await files.get(`devices/imports/${id}`)).status).toBe(404);
  });
});
