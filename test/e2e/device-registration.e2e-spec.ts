import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

let server: TestApp;

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.close());

const aBody = { uuid: 'board-1', deviceName: 'a board', deviceType: 'esp32' };

describe.each(['/api/v1/device/register', '/api/device/register', '/device/register'])('POST %s', (url) => {
  it('names the header where no key came along', async () => {
    const { status, body } = await server.http('POST', url, { body: aBody });
    expect([status, body.code, body.error]).toEqual([401, 'auth.missing_credentials', 'Unauthorized']);
    expect(body.message).toContain('x-provisioning-key');
  });

  it('refuses whoever has another credential', async () => {
    const { token } = await server.signUp();
    expect((await server.http('POST', url, { body: aBody, token })).status).toBe(403);
    const headers = { 'x-provisioning-key': 'flp_0123456789abcdef_wrong' };
    expect((await server.http('POST', url, { body: aBody, headers })).body.code).toBe('auth.invalid_credentials');
  });
});
