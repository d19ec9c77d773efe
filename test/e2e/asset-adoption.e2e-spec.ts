import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AssetAdoption } from '../../src/modules/assets/adoption/asset-adoption.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { AssetUploader, sha256Of } from '../support/asset-uploader.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');
const run = promisify(execFile);

let folder: string;
let server: TestApp;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-test-adopted-'));
  server = await startTestApp({ settings: { assetsDir: folder, assetsMaxBytes: 1_000 } });
  const user = await server.signUp();
  token = user.token;
  // They are the default tenant's.
  await server.app.get(AssetAdoption).adoptAll();
  await server.database.query(
    `INSERT INTO memberships (tenant_id, user_id, role) SELECT id, $1, 'admin' FROM tenants WHERE slug = 'default'`,
    [user.userId],
  );
  const [tenant] = await server.database.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'default'`);
  const body = { tenant_id: tenant?.id };
  token = String((await server.http('POST', '/api/v1/auth/switch', { token, body })).body.access_token);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const lay = (name: string, content: string | Buffer = name): void => {
  writeFileSync(join(folder, name), content);
};
const adopt = () => server.app.get(AssetAdoption).adoptAll();
const get = (path: string) => server.http('GET', `/api/assets${path}`, { token });

describe('files that document 003’s server left in ASSETS_DIR', () => {
  it('become assets whose files stay where they lie, and which nobody signed', async () => {
    lay('sun.png', 'a picture');
    lay('Größe.tar.gz', 'another');
    utimesSync(join(folder, 'sun.png'), 1_700_000_000, 1_700_000_000);
    expect(await adopt()).toEqual({ adopted: 2, known: 0, skipped: [] });
    const { body } = await get('');
    expect(body).toContainEqual(
      expect.objectContaining({
        filename: 'sun.png',
        version: 1,
        size: 9,
        sha256: sha256Of(Buffer.from('a picture')),
        uploaded_at: '2023-11-14T22:13:20.000Z',
      }),
    );
    expect((await get('/Gr%C3%B6%C3%9Fe.tar.gz')).status).toBe(200);
    expect((await get('/sun.png/manifest')).body).toMatchObject({ filename: 'sun.png', version: 1, upload: null });
    expect(readdirSync(folder).sort()).toEqual(['.incoming', '.store', 'Größe.tar.gz', 'sun.png'].sort());
    const records = await server.database.query(`SELECT 1 FROM audit_log WHERE action = 'asset.adopted'`);
    expect(records).toHaveLength(2);
  });

  it('are adopted once, though the asset was replaced or deleted since', async () => {
    for (const name of ['a.bin', 'b.bin', 'c.bin']) lay(name);
    expect((await adopt()).adopted).toBe(3);
    const uploader = await AssetUploader.for(server, token, () => Date.now());
    expect((await uploader.upload({ filename: 'a.bin', content: 'new' })).status).toBe(200);
    expect((await server.http('DELETE', '/api/assets/b.bin', { token })).status).toBe(204);
    lay('d.bin');
    expect(await adopt()).toEqual({ adopted: 1, known: 3, skipped: [] });
    expect((await get('/a.bin/manifest')).body.version).toBe(2);
    expect((await get('/b.bin/manifest')).status).toBe(404);
  });

  it('are adopted once by two at once', async () => {
    for (let n = 0; n < 10; n += 1) lay(`file-${n}.bin`);
    const reports = await Promise.all([adopt(), adopt()]);
    expect(reports.reduce((sum, { adopted }) => sum + adopted, 0)).toBe(10);
    expect((await get('')).body.map(({ version }: { version: number }) => version)).toEqual(
      Array.from({ length: 10 }, () => 1),
    );
  });

  it('are passed over where they are odd, and the others are adopted', async () => {
    lay('good.bin');
    lay('large.bin', Buffer.alloc(1_001));
    lay('a\u202ebin.exe');
    lay('..hidden');
    lay('two..dots');
    lay(' blank');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x');
    mkdirSync(join(folder, 'fonts'));
    symlinkSync('/etc/passwd', join(folder, 'passwd'));
    const { adopted, skipped } = await adopt();
    expect(adopted).toBe(1);
    expect(Object.fromEntries(skipped.map(({ name, why }) => [name, why]))).toEqual({
      'large.bin': 'it is larger than ASSETS_MAX_BYTES (1000)',
      'a?bin.exe': 'its name must not hold characters that cannot be seen',
      'two..dots': 'its name must not hold two dots in a row',
      ' blank': 'its name must not begin or end with white space',
      'a\ufffd': 'its name must be UTF-8',
      fonts: 'it is a folder',
      passwd: 'it is no plain file',
    });
  });
});

describe('fieldline adopt-assets', () => {
  it('does it beside a server that runs, says what became of them, and does nothing the second time', async () => {
    lay('sun.png');
    mkdirSync(join(folder, 'fonts'));
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: server.database.url,
      SECRET_KEY: 'another key for tests that is long enough',
      ASSETS_DIR: folder,
    };
    expect(await server.app.get(AssetAdoption).isWorthwhile()).toBe(true);
    const command = () => run(process.execPath, [program, 'adopt-assets'], { env, cwd: '/' });
    expect((await command()).stdout).toBe('skipped fonts: it is a folder\n1 adopted, 0 known already, 1 skipped\n');
    expect((await get('/sun.png')).status).toBe(200);
    expect((await command()).stdout).toBe('skipped fonts: it is a folder\n0 adopted, 1 known already, 1 skipped\n');
    expect(await server.app.get(AssetAdoption).isWorthwhile()).toBe(false);
  });
});
