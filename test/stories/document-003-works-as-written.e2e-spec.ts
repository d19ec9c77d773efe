import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthService } from '../../src/modules/auth/auth.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { uploaderPrivatePem } from '../support/asset-uploader.js';
import { HttpSink } from '../support/http-sink.js';
import { png } from '../support/png.js';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../../test/stories/document-003.sh');

/** A script of curl that was written from the document’s tables alone goes through all of them. */
describe('document 003', () => {
  const account = { email: 'op@example.com', username: 'operator', password: 'a long enough password' };
  const folder = mkdtempSync(join(tmpdir(), 'fieldline-document-003-'));
  const signingKeyPath = join(folder, 'signing.pem');
  let images: HttpSink;
  let server: TestApp;

  beforeAll(async () => {
    writeFileSync(signingKeyPath, uploaderPrivatePem);
    images = await HttpSink.start();
    images.answerAlways((_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png(2, ['ff0000ff 00ff00ff', '0000ffff ffffffff']));
    });
    server = await startTestApp({
      settings: { signingKeyPath, assetsAcceptTimestampSignatures: true, egressAllowCidrs: ['127.0.0.1/32'] },
    });
    await server.app.get(AuthService).createAdministrator(account);
  });
  afterAll(async () => {
    await server.close();
    await images.close();
    rmSync(folder, { recursive: true });
  });

  it('works as written, for who knows nothing else', async () => {
    const base = await server.listen();
    const login = await server.http('POST', '/api/v1/auth/login', { body: account });
    const { access_token } = login.body as { access_token: string };
    const { stdout } = await run(script, [base, access_token, signingKeyPath, `${images.url}/logo.png`]);
    expect(stdout.trim().split('\n')).toHaveLength(14);
    expect(stdout).toContain('proxy and convert image to LVGL format: 200');
  });
});
