import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess } from '../support/server-process.js';

const kills = process.env['CHAOS'] === 'full' ? 12 : 3;
const macs = Array.from({ length: 8 }, (_, n) => `a4-cf-12-6b-00-0${n.toString()}`);

let app: TestApp;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-configs-'));
  app = await startTestApp({ settings: { role: 'api' } });
  const account = { email: 'op@example.com', username: 'operator', password: 'a long enough password' };
  await app.app.get(AuthService).createAdministrator(account);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

it('two servers that are killed while they write leave no half file, and files and configs are in line again', async () => {
  const body = { username: 'operator', password: 'a long enough password' };
  const bearer = String((await app.http('POST', '/api/v1/auth/login', { body })).body.access_token);
  const start = () => ServerProcess.start({ DATABASE_URL: app.database.url, ROLE: 'api', ESP32_CONFIGS_DIR: folder });
  const filling = 'x'.repeat(100_000);
  const answered = new Map<string, number>();
  let round = 0;
  const filesRead = (): number => {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    for (const name of names)
      expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toHaveProperty('filling', filling);
    return names.length;
  };

  for (let kill = 0; kill < kills; kill += 1) {
    const servers = await Promise.all([start(), start()]);
    let isDead = false;
    const save = async (mac: string, index: number): Promise<void> => {
      for (let n = 0; !isDead; n += 1) {
        const content = { round: (round += 1), filling };
        const server = servers[(index + n) % servers.length];
        const answer = await server
          ?.http('PUT', `/api/configs/${mac}`, { bearer, body: { content } })
          .catch(() => undefined);
        if (answer?.status === 200 || answer?.status === 201) answered.set(mac, content.round);
        filesRead();
      }
    };
    const saving = macs.map(save);
    const before = round;
    await eventually(() => Promise.resolve(round > before + 40 ? true : undefined), 'some saves');
    await Promise.all(servers.map((server) => server.kill()));
    isDead = true;
    await Promise.all(saving);
    filesRead();
  }

  const last = await start();
  try {
    await eventually(async () => {
      for (const mac of macs) {
        const { content } = (await app.http('GET', `/api/configs/${mac}`, { token: bearer })).body;
        const file: unknown = JSON.parse(readFileSync(join(folder, `${mac}.json`), 'utf8'));
        if (JSON.stringify(file) !== JSON.stringify(content)) return undefined;
        expect(content.round).toBeGreaterThanOrEqual(answered.get(mac) ?? 0);
      }
      return true;
    }, 'files that say what the configs say');
    expect(filesRead()).toBe(macs.length);
    const byHand = await app.database.query(`SELECT 1 FROM config_revisions WHERE made_by = 'file'`);
    expect(byHand).toEqual([]);
  } finally {
    await last.stop();
  }
}, 120_000);
