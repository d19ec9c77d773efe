import { describe, expect, it } from '@jest/globals';
import type { Body } from '../support/app.js';
import { password, hourMs, refusal, SessionLab } from '../support/session-lab.js';

const lab = new SessionLab();
const { logIn, refresh, refreshed, statusOf, post, neighbourHears, aSecondTenant, clock } = lab;

describe('POST /auth/change-password', () => {
  const next = 'another long enough password';
  const change = (token: string, current_password: unknown = password, new_password: unknown = next) =>
    post('change-password', token, { current_password, new_password });

  it('changes it and ends every other session', async () => {
    const [here, there] = [await logIn(), await logIn()];
    await statusOf(there.access_token, lab.neighbour);
    expect((await change(here.access_token)).status).toBe(204);
    await neighbourHears();
    expect(await statusOf(there.access_token)).toBe(401);
    expect(await statusOf(there.access_token, lab.neighbour)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(here.access_token)).toBe(200);
    expect((await refresh(here.refresh_token)).status).toBe(200);
    const old = await lab.server.http('POST', '/api/v1/auth/login', { body: { email: lab.email, password } });
    expect(old).toMatchObject({ status: 401 });
    await logIn({ password: next });
  });

  it('wants the present one, and does not take a wrong one for the end of the session', async () => {
    const { access_token } = await logIn();
    expect(await change(access_token, 'wrong')).toMatchObject({
      status: 403,
      body: { code: 'auth.wrong_password', errors: [{ path: 'current_password' }] },
    });
    expect(await statusOf(access_token)).toBe(200);
    await logIn();
  });

  it.each([
    ['current_password', [undefined, next]],
    ['new_password', [password, 'short']],
    ['new_password', [password, 'a'.repeat(129)]],
    ['new_password', [password, password]],
  ])('refuses a %s as in %j', async (path, [current, wanted]) => {
    const { access_token } = await logIn();
    const answer = await post('change-password', access_token, { current_password: current, new_password: wanted });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation.failed' } });
    expect(answer.body.errors[0].path).toBe(path);
  });

  it('slows down whoever guesses the present one, and refuses the right one while it waits', async () => {
    const { access_token } = await logIn();
    for (let n = 0; n < 6; n += 1) expect((await change(access_token, 'wrong')).status).toBe(403);
    expect(await change(access_token)).toMatchObject({
      status: 429,
      body: { code: 'auth.too_many_attempts' },
      headers: { 'retry-after': '1' },
    });
    clock.advance(1_000);
    expect((await change(access_token)).status).toBe(204);
  });

  it('lets one of two who change it at once win', async () => {
    const { access_token } = await logIn();
    const answers = await Promise.all([
      change(access_token, password, 'the first new password'),
      change(access_token, password, 'the second new password'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  it('leaves no session of the old password that was being opened at that moment', async () => {
    const { access_token } = await logIn();
    const opening = Array.from({ length: 5 }, () =>
      lab.server.http('POST', '/api/v1/auth/login', { body: { email: lab.email, password } }),
    );
    const [changed, ...logins] = await Promise.all([change(access_token), ...opening]);
    expect(changed.status).toBe(204);
    for (const { status, body } of logins) if (status === 200) expect(await statusOf(body.access_token)).toBe(401);
  });
});

describe('a user in several tenants', () => {
  const tenants = async (token: string): Promise<Body> =>
    (await lab.server.http('GET', '/api/v1/tenants', { token })).body;

  it('sees them, with the role in each', async () => {
    const second = await aSecondTenant('viewer');
    const { access_token } = await logIn();
    expect(await tenants(access_token)).toMatchObject([
      { id: lab.tenantId, role: 'admin', current: true, slug: expect.any(String), name: expect.any(String) },
      { id: second, role: 'viewer', current: false },
    ]);
  });

  it('switches, and is there what the role there says; the first session stays', async () => {
    const second = await aSecondTenant('viewer');
    const first = await logIn({ rememberMe: true });
    const switched = await post('switch', first.access_token, { tenant_id: second });
    expect(switched).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { access_token: token, refresh_token } = switched.body;
    const me = await lab.server.http('GET', '/api/v1/auth/me', { token });
    expect(me.body).toMatchObject({ id: lab.userId, tenant_id: second, role: 'viewer' });
    expect((await lab.server.http('POST', '/api/v1/labels', { token, body: { name: 'x' } })).status).toBe(403);
    expect((await tenants(token)).map(({ current }: Body) => current)).toEqual([false, true]);
    expect(await statusOf(first.access_token)).toBe(200);
    const { body } = await refresh(refresh_token);
    const again = await lab.server.http('GET', '/api/v1/auth/me', { token: body.access_token });
    expect(again.body.tenant_id).toBe(second);
    expect(switched.body.refresh_expires_in).toBe(30 * 24 * 3_600);
  });

  it('cannot put off the next password by switching', async () => {
    const second = await aSecondTenant();
    const { access_token, refresh_token } = await logIn();
    let tokens = (await post('switch', access_token, { tenant_id: second })).body;
    for (let n = 0; n < 13; n += 1) {
      clock.advance(12 * hourMs - 60_000);
      tokens = await refreshed(tokens.refresh_token);
    }
    const back = (await post('switch', tokens.access_token, { tenant_id: lab.tenantId })).body;
    expect(back.refresh_expires_in).toBeLessThan(13 * 3_600);
    clock.advance(back.refresh_expires_in * 1_000 + 1_000);
    expect(await refresh(back.refresh_token)).toMatchObject(refusal);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('switches nowhere else: an unknown tenant and a foreign one are one answer', async () => {
    const { access_token } = await logIn();
    const foreign = (await lab.server.signUp()).tenantId;
    for (const tenant_id of [foreign, '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90']) {
      expect(await post('switch', access_token, { tenant_id })).toMatchObject({
        status: 404,
        body: { code: 'tenant.not_found' },
      });
    }
    expect((await post('switch', access_token, { tenant_id: 'no id' })).status).toBe(400);
  });

  it('is out of a tenant when the membership ends, and stays in the others', async () => {
    const second = await aSecondTenant();
    const { access_token } = await logIn();
    const there = (await post('switch', access_token, { tenant_id: second })).body;
    await lab.server.database.query('DELETE FROM memberships WHERE user_id = $1 AND tenant_id = $2', [
      lab.userId,
      second,
    ]);
    clock.advance(31_000);
    expect(await statusOf(there.access_token)).toBe(401);
    expect(await refresh(there.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(access_token)).toBe(200);
  });
});
