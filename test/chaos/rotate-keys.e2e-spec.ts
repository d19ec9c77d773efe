import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { KeyRotation } from '../../src/core/crypto/rotation/key-rotation.js';
import { replaceSealed, sealedColumns } from '../../src/core/crypto/rotation/sealed-column.js';
import { SecretBox } from '../../src/core/crypto/secret-box.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { HttpSink } from '../support/http-sink.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');
const oldKey = 'the old key which somebody may know by now';
const newKey = 'the new key which nobody else has ever seen';
const secretCount = chaosSize('ROTATION_SECRETS', { short: 500, full: 10_000 });
const readers = 4;
const readsEach = chaosSize('ROTATION_READS', { short: 50, full: 500 });
const appKey = '000102030405060708090a0b0c0d0e0f';

interface Outcome {
  code: unknown;
  stdout: string;
  stderr: string;
}

const boxOf = (secretKey: string) => new SecretBox(loadSettings({}).with({ secretKey }));
const secretOf = (id: string) => `the secret of ${id}`;
const editedSecretOf = (id: string) => `the edited secret of ${id}`;
const place = 'headers/X-Secret/value';

/** The real command; it knows the settings of nobody else. */
function rotateKeys(databaseUrl: string, keys: { now: string; before?: string }): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, SECRET_KEY: keys.now };
  const before = keys.before === undefined ? {} : { SECRET_KEY_PREVIOUS: keys.before };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'rotate-keys'],
      { env: { ...env, ...before }, cwd: '/' },
      (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, stdout, stderr });
      },
    );
  });
}

/** Integrations that send a secret header of their own to one sink, sealed with the old key, as an old server left them. */
async function seed(database: TestDatabase, tenantId: string, url: string, count: number): Promise<string[]> {
  const box = boxOf(oldKey);
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  const sealed = ids.map((id) => box.seal(JSON.stringify({ [place]: secretOf(id) }), `integration:${tenantId}:${id}`));
  const config = { url, headers: { 'X-Secret': { value: '********', secret: true } } };
  await database.query(
    `INSERT INTO lanes (id, tenant_id, kind) SELECT id, $1, 'deliveries' FROM unnest($2::uuid[]) AS id`,
    [tenantId, ids],
  );
  await database.query(
    `INSERT INTO integrations (id, tenant_id, name, type, config, secrets_sealed)
     SELECT id, $1, 'integration ' || id, 'http', $2, sealed FROM unnest($3::uuid[], $4::text[]) AS i(id, sealed)`,
    [tenantId, JSON.stringify(config), ids, sealed],
  );
  return ids;
}

/** Each integration's secret as the new key alone opens it. */
async function opened({
  database,
  tenantId,
}: {
  database: TestDatabase;
  tenantId: string;
}): Promise<Map<string, string>> {
  const box = boxOf(newKey);
  const rows = await database.query<{ id: string; sealed: string }>(
    'SELECT id, secrets_sealed AS sealed FROM integrations ORDER BY id',
  );
  return new Map(
    rows.map(({ id, sealed }) => {
      const secrets = JSON.parse(box.open(sealed, `integration:${tenantId}:${id}`)) as Record<string, string>;
      return [id, secrets[place] ?? ''];
    }),
  );
}

/** A tenant with a device and integrations, all sealed by a server that knows the old key alone. */
async function oldWorld(sink: HttpSink, count: number) {
  const database = await createTestDatabase();
  const before = await startTestApp({ database, settings: { secretKey: oldKey, role: 'api' } });
  const { token, tenantId } = await before.signUp();
  const device = await before.http('POST', '/api/v1/devices', { token, body: { name: 'a device', app_key: appKey } });
  await before.close();
  const ids = await seed(database, tenantId, sink.url, count);
  return { database, token, tenantId, deviceId: String(device.body.id), ids };
}

const knowsBoth = { secretKey: newKey, previousSecretKeys: [oldKey], role: 'api' } as const;

let sink: HttpSink;
beforeAll(async () => {
  sink = await HttpSink.start();
});
afterAll(() => sink.close());

describe('rotate-keys, while servers read and people edit', () => {
  let world: Awaited<ReturnType<typeof oldWorld>>;
  let outcome: Outcome;
  let edited: Set<string>;
  let reads = 0;
  const failures: unknown[] = [];

  beforeAll(async () => {
    world = await oldWorld(sink, secretCount);
    const { database, token, ids } = world;
    edited = new Set(ids.filter((_, n) => n % 25 === 0));
    const server = await startTestApp({ database, settings: knowsBoth });
    let isRotating = true;

    const read = async (from: number) => {
      for (let n = from; isRotating || n < from + readsEach * readers; n += readers) {
        const id = ids[n % ids.length] ?? '';
        const { status, body } = await server.http('POST', `/api/v1/integrations/${id}/test`, { token, body: {} });
        reads += 1;
        if (status !== 200 || body.status !== 'delivered') failures.push({ id, status, body });
      }
    };
    const edit = async () => {
      for (const id of edited) {
        const config = { headers: { 'X-Secret': { value: editedSecretOf(id), secret: true } } };
        const { status, body } = await server.http('PATCH', `/api/v1/integrations/${id}`, { token, body: { config } });
        if (status !== 200) failures.push({ id, status, body });
      }
    };
    const rotating = rotateKeys(database.url, { now: newKey, before: oldKey }).finally(() => {
      isRotating = false;
    });
    await Promise.all([rotating, edit(), ...Array.from({ length: readers }, (_, from) => read(from))]);
    outcome = await rotating;
    process.stdout.write(
      `| keys rotated online | secrets ${secretCount} | edited ${edited.size} | reads ${reads} | failed ${failures.length} |\n`,
    );
    await server.close();
  }, 120_000);
  afterAll(() => world.database.drop());

  it('moves every secret and counts them', () => {
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('Every secret is under SECRET_KEY') });
    expect(outcome.stdout).toContain('  devices.app_key_sealed: 1 in all, 1 put under the new key\n');
    expect(outcome.stdout).toContain(`  integrations.secrets_sealed: ${secretCount} in all`);
    expect(outcome.stdout).toContain('  signing_keys.private_key_sealed: 1 in all, 1 put under the new key\n');
    if (secretCount > 1_000) expect(outcome.stderr).toMatch(/integrations\.secrets_sealed: \d+ of \d+\n/);
  });

  it('fails no read: what leaves the house is the secret each time, before and after its edit', () => {
    expect(failures.slice(0, 3)).toEqual([]);
    expect(reads).toBeGreaterThanOrEqual(readsEach * readers);
    const known = new Set(world.ids.flatMap((id) => [secretOf(id), ...(edited.has(id) ? [editedSecretOf(id)] : [])]));
    const sent = sink.requests.map(({ headers }) => String(headers['x-secret']));
    expect(sent.length).toBeGreaterThanOrEqual(reads);
    expect(sent.filter((secret) => !known.has(secret))).toEqual([]);
  });

  it('takes no edit back', async () => {
    const expected = world.ids.map((id) => [id, edited.has(id) ? editedSecretOf(id) : secretOf(id)]);
    expect([...(await opened(world))]).toEqual(expected);
  });

  it('leaves nothing that needs the old key: tokens, device keys and integrations live on without it', async () => {
    const { database, token, deviceId, ids } = world;
    const after = await startTestApp({ database, settings: { secretKey: newKey, role: 'api' } });
    try {
      expect((await after.http('GET', '/api/v1/auth/me', { token })).status).toBe(200);
      expect((await after.signUp()).token).toMatch(/^ey/);
      const [row] = await database.query<{ sealed: string }>('SELECT app_key_sealed AS sealed FROM devices');
      expect(after.app.get(SecretBox).open(row?.sealed ?? '', `device:${deviceId}:app_key`)).toBe(appKey);
      const test = await after.http('POST', `/api/v1/integrations/${ids[1] ?? ''}/test`, { token, body: {} });
      expect(test.body).toHaveProperty('status', 'delivered');
    } finally {
      await after.close();
    }
  });

  it('finds nothing to do a second time', async () => {
    const again = await rotateKeys(world.database.url, { now: newKey });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain(`integrations.secrets_sealed: ${secretCount} in all, 0 put under the new key`);
  });
});

describe('a rotation', () => {
  let world: Awaited<ReturnType<typeof oldWorld>>;
  let server: TestApp;
  beforeEach(async () => {
    world = await oldWorld(sink, 450);
    server = await startTestApp({ database: world.database, settings: knowsBoth });
  });
  afterEach(async () => {
    await server.close();
    await world.database.drop();
  });

  it('goes on where it was cut off', async () => {
    const rotation = server.app.get(KeyRotation);
    const cutOff = rotation.run(({ name, rewrapped }) => {
      if (name === 'integrations.secrets_sealed' && rewrapped === 200) throw new Error('the power went');
    });
    await expect(cutOff).rejects.toThrow('the power went');
    const columns = await rotation.run();
    expect(columns.filter(({ total }) => total > 0)).toEqual([
      { name: 'devices.app_key_sealed', total: 1, rewrapped: 0, unreadable: 0 },
      { name: 'integrations.secrets_sealed', total: 450, rewrapped: 250, unreadable: 0 },
      { name: 'signing_keys.private_key_sealed', total: 1, rewrapped: 1, unreadable: 0 },
    ]);
    expect([...(await opened(world))]).toEqual(world.ids.map((id) => [id, secretOf(id)]));
  });

  it('does not overwrite what was changed since it was read', async () => {
    const { database, ids } = world;
    const column = (await sealedColumns(database)).find(({ table }) => table === 'integrations');
    if (column === undefined) throw new Error('integrations have secrets');
    const sealed = async () =>
      (await database.query<{ sealed: string }>('SELECT secrets_sealed AS sealed FROM integrations ORDER BY id'))
        .slice(0, 2)
        .map((row) => row.sealed);
    const [one = '', other = ''] = await sealed();
    const rows = [
      { key: [ids[0] ?? ''], sealed: 'what it was', fresh: 'older' },
      { key: [ids[1] ?? ''], sealed: other, fresh: 'newer' },
    ];
    expect(await replaceSealed(database, column, rows)).toBe(1);
    expect(await sealed()).toEqual([one, 'newer']);
  });

  it('says what it could not open, fails, and changes nothing of it', async () => {
    const { database } = world;
    await server.app.get(KeyRotation).run();
    await seed(database, world.tenantId, sink.url, 3);
    const outcome = await rotateKeys(database.url, { now: newKey });
    expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('SECRET_KEY_PREVIOUS') });
    expect(outcome.stderr).toContain('integrations.secrets_sealed: 453 in all, 0 put under the new key, 3 unreadable');
    expect(await server.app.get(KeyRotation).run()).toContainEqual({
      name: 'integrations.secrets_sealed',
      total: 453,
      rewrapped: 3,
      unreadable: 0,
    });
  });
});
