import { readdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Of, uploaderPublicPem, UploadForms } from '../support/asset-uploader.js';
import { Chance } from '../support/chaos/chance.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ServerProcess } from '../support/server-process.js';

const kills = chaosSize('CHAOS_UPLOAD_KILLS', { short: 3, full: 20 });
const bytes = 4 * 1024 * 1024;
const pieces = 32;

type Json = any;

interface Version {
  filename: string;
  version: number;
  sha256: string;
}

describe('a server that is killed while files come in', () => {
  const chance = new Chance('uploads killed');
  const folder = mkdtempSync(join(tmpdir(), 'fieldline-test-assets-'));
  let database: TestDatabase;
  let server: ServerProcess;
  let token: string;
  let forms: UploadForms;

  const start = () =>
    ServerProcess.start({ DATABASE_URL: database.url, ASSETS_DIR: folder, ASSETS_KEEP_VERSIONS: '1000' });
  const json = async (method: string, path: string, body?: unknown): Promise<Json> =>
    (await server.http(method, path, { bearer: token, ...(body === undefined ? {} : { body }) })).body;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await start();
    const account = { email: 'ann@example.com', username: 'ann', password: 'a long enough password' };
    await json('POST', '/api/v1/auth/register', account);
    token = (await json('POST', '/api/v1/auth/login', { username: 'ann', password: account.password })).access_token;
    const key = await json('POST', '/api/v1/asset-keys', { name: 'CI', public_key: uploaderPublicPem, UploadForms });
    forms = new UploadForms(String(key.id));
  }, 60_000);
  afterAll(async () => {
    await server.kill();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  /** Sends it a piece at a time; what was answered, or null where nobody did. */
  async function upload(
    filename: string,
    content: Buffer,
    pauseMs: number,
    onPiece: () => void,
  ): Promise<number | null> {
    const { body, headers } = forms.form({ filename, content });
    async function* slowly() {
      const size = Math.ceil(body.length / pieces);
      for (let at = 0; at < body.length; at += size) {
        yield body.subarray(at, at + size);
        onPiece();
        await delay(pauseMs);
      }
    }
    const request = { method: 'POST', headers, body: slowly(), duplex: 'half' as const };
    const answer = await fetch(`${server.url}/api/assets/upload`, request).catch(() => null);
    return answer?.status ?? null;
  }

  const half = () =>
    readdirSync(join(folder, '.incoming'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.startsWith('lock'),
    );

  it(
    'shows no part of a file, keeps every one that it answered, and leaves no rubbish',
    async () => {
      const answered: { filename: string; sha256: string }[] = [];
      let begun = 0;
      for (let kill = 0; kill < kills; kill += 1) {
        // Somewhere between the first piece of the first and the answer to the last.
        const killAt = chance.between(1, 3 * pieces);
        let sent = 0;
        let reached = (): void => undefined;
        const isTime = new Promise<void>((resolve) => (reached = resolve));
        const onPiece = () => {
          sent += 1;
          if (sent === killAt) reached();
        };
        const sending = [1, 2, 3].map(async (n) => {
          const content = Buffer.alloc(bytes, `${kill}.${n} `);
          // Of one name each time: versions are there of kills before.
          const filename = `file-${n}.bin`;
          begun += 1;
          const status = await upload(filename, content, chance.between(0, 8), onPiece);
          if (status === 200) answered.push({ filename, sha256: sha256Of(content) });
        });
        await isTime;
        await delay(chance.between(0, 150));
        await server.kill();
        await Promise.all(sending);
        server = await start();
        expect(half()).toEqual([]);
      }
      const listed = (await json('GET', '/api/assets')) as Version[];
      const all: Version[] = [];
      for (const { filename } of listed)
        all.push(...((await json('GET', `/api/assets/${filename}/versions`)) as Version[]));
      for (const { filename, version, sha256 } of all) {
        const file = await fetch(`${server.url}/api/assets/${filename}/versions/${version}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(sha256Of(Buffer.from(await file.arrayBuffer()))).toBe(sha256);
      }
      const missing = answered.filter(
        (one) => !all.some(({ filename, sha256 }) => filename === one.filename && sha256 === one.sha256),
      );
      expect(missing.slice(0, 3)).toEqual([]);
      const cells = [`kills ${kills}`, `begun ${begun}`, `answered ${answered.length}`, `visible ${all.length}`];
      process.stdout.write(`| A9 killed while files come in | ${cells.join(' | ')} | partial 0 |\n`);
    },
    kills * 20_000 + 60_000,
  );

  it('takes a large file with little memory', async () => {
    const size = 96 * 1024 * 1024;
    const capped = await ServerProcess.start({
      DATABASE_URL: database.url,
      ASSETS_DIR: folder,
      NODE_OPTIONS: '--max-old-space-size=128',
    });
    const peakKb = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(capped.pid)}/status`, 'utf8'))?.[1]);
    const before = peakKb();
    const { body, headers } = forms.form({ filename: 'large.bin', content: Buffer.alloc(size, 'x') });
    const answer = await fetch(`${capped.url}/api/assets/upload`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    expect([answer.status, ((await answer.json()) as { size: number }).size]).toEqual([200, size]);
    expect(peakKb() - before).toBeLessThan(size / 1024 / 2);
    await capped.kill();
  }, 60_000);
});
