import { describe, expect, it } from '@jest/globals';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import type { Body } from '../support/app.js';
import { password, hourMs, dayMs, refusal, sessionIdOf, SessionLab } from '../support/session-lab.js';

const lab = new SessionLab();
const { logIn, refresh, statusOf, post, neighbourHears, aSecondTenant, addMember, clock } = lab;

describe('GET and DELETE /auth/sessions', () => {
  const list = async (token: string): Promise<Body> =>
    (await lab.server.http('GET', '/api/v1/auth/sessions', { token })).body;

  it('show where one is logged in, newest first', async () => {
    const agent = { 'user-agent': 'Firefox' };
    const login = await lab.server.http('POST', '/api/v1/auth/login', {
      body: { email: lab.email, password, rememberMe: true },
      headers: agent,
    });
    const sessions = await list(login.body.access_token);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toEqual({
      id: sessionIdOf(login.body.access_token),
      tenant_id: lab.tenantId,
      current: true,
      remembered: true,
      address: '127.0.0.1',
      user_agent: 'Firefox',
      created_at: expect.any(String),
      refreshed_at: expect.any(String),
      expires_at: expect.any(String),
    });
    expect(sessions[1]).toMatchObject({ current: false, remembered: false });
    const [, second] = sessions;
    const one = await lab.server.http('GET', `/api/v1/auth/sessions/${String(second.id)}`, {
      token: login.body.access_token,
    });
    expect(one.body).toEqual(second);
  });

  it('end one of them, everywhere', async () => {
    const [here, there] = [await logIn(), await logIn()];
    await statusOf(there.access_token, lab.neighbour);
    const url = `/api/v1/auth/sessions/${sessionIdOf(there.access_token)}`;
    const end = () => lab.server.http('DELETE', url, { token: here.access_token });
    expect((await end()).status).toBe(204);
    expect(await end()).toMatchObject({ status: 404, body: { code: 'session.not_found' } });
    expect(await statusOf(there.access_token)).toBe(401);
    await neighbourHears();
    expect(await statusOf(there.access_token, lab.neighbour)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(here.access_token)).toBe(200);
  });

  it("never those of somebody else, though in the same tenant's", async () => {
    const mine = await logIn();
    const other = await lab.server.signUp();
    await addMember(other.userId, lab.tenantId);
    const url = `/api/v1/auth/sessions/${sessionIdOf(mine.access_token)}`;
    for (const method of ['GET', 'DELETE'])
      expect(await lab.server.http(method, url, { token: other.token })).toMatchObject({ status: 404 });
    expect(await statusOf(mine.access_token)).toBe(200);
  });

  it('are for users, not for keys', async () => {
    const { access_token: token } = await logIn();
    const key = await lab.server.http('POST', '/api/v1/api-keys', { token, body: { name: 'k', scopes: ['read'] } });
    expect((await lab.server.http('GET', '/api/v1/auth/sessions', { apiKey: key.body.key })).status).toBe(403);
  });

  it('leave out those that have ended, and forget them a week later', async () => {
    await logIn();
    clock.advance(12 * hourMs + 1_000);
    const { access_token } = await logIn();
    expect(await list(access_token)).toHaveLength(1);
    const count = () => lab.server.database.query('SELECT 1 FROM sessions WHERE user_id = $1', [lab.userId]);
    expect(await count()).toHaveLength(3);
    clock.advance(7 * dayMs - hourMs);
    await lab.server.app.get(Maintenance).runNow('sessions');
    expect(await count()).toHaveLength(3);
    clock.advance(2 * hourMs);
    await lab.server.app.get(Maintenance).runNow('sessions');
    expect(await count()).toHaveLength(1);
  });
});

describe('POST /auth/logout', () => {
  it('ends the refresh token with the session', async () => {
    const { access_token, refresh_token } = await logIn();
    expect((await post('logout', access_token)).status).toBe(204);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('is done when two leave at once', async () => {
    const { access_token } = await logIn();
    const both = await Promise.all([post('logout', access_token), post('logout', access_token)]);
    for (const { status } of both) expect([204, 401]).toContain(status);
    expect(await statusOf(access_token)).toBe(401);
  });
});

describe('POST /auth/logout-everywhere', () => {
  it('ends every session of the user in every process, and nobody else', async () => {
    const all = [await logIn(), await logIn({ rememberMe: true }), await logIn()];
    const other = await lab.server.signUp();
    for (const { access_token } of all) expect(await statusOf(access_token, lab.neighbour)).toBe(200);

    expect((await post('logout-everywhere', all[0]?.access_token ?? '')).status).toBe(204);

    await neighbourHears();
    for (const { access_token, refresh_token } of all) {
      expect(await statusOf(access_token)).toBe(401);
      expect(await statusOf(access_token, lab.neighbour)).toBe(401);
      expect(await refresh(refresh_token)).toMatchObject(refusal);
    }
    expect(await statusOf(other.token)).toBe(200);
    expect(await statusOf((await logIn()).access_token)).toBe(200);
  });

  it('is heard by the other process without anybody telling it, within its 30 seconds', async () => {
    const { access_token } = await logIn();
    await statusOf(access_token, lab.neighbour);
    await lab.server.database.query('UPDATE sessions SET revoked_at = now() WHERE user_id = $1', [lab.userId]);
    clock.advance(31_000);
    expect(await statusOf(access_token, lab.neighbour)).toBe(401);
  });

  it('leaves nothing open that was being opened, switched or refreshed at that moment', async () => {
    const { access_token, refresh_token } = await logIn();
    const second = await aSecondTenant();
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => refresh(refresh_token)),
      ...Array.from({ length: 5 }, () => post('switch', access_token, { tenant_id: second })),
      post('logout-everywhere', access_token),
      ...Array.from({ length: 5 }, () => post('switch', access_token, { tenant_id: second })),
      ...Array.from({ length: 5 }, () => refresh(refresh_token)),
    ]);
    for (const { status, body } of answers) {
      expect([200, 204, 401]).toContain(status);
      if (status === 200) expect([status, await statusOf(body.access_token)]).toEqual([200, 401]);
    }
  });
});
