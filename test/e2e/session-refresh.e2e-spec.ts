import { describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/core/database/transactions.js';
import { eventually } from '../support/eventually.js';
import { checksummed } from '../support/forged-key.js';
import { startTestApp } from '../support/app.js';
import { hourMs, dayMs, refusal, sessionIdOf, SessionLab, type Tokens } from '../support/session-lab.js';

const lab = new SessionLab();
const { logIn, refresh, refreshed, statusOf, neighbourHears, clock } = lab;

describe('POST /auth/refresh', () => {
  it('gives the next two tokens, of the same session', async () => {
    const first = await logIn();
    expect(first.refresh_token).toMatch(/^flr_[0-9a-f]{32}g0_[0-9A-Za-z]{49}$/);
    clock.advance(20 * 60_000);
    expect(await statusOf(first.access_token)).toBe(401);

    const answer = await refresh(first.refresh_token);

    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: 'bearer', expires_in: 900, refresh_expires_in: 43_200 },
      headers: { 'cache-control': 'no-store' },
    });
    expect(answer.body.refresh_token).not.toBe(first.refresh_token);
    expect(sessionIdOf(answer.body.access_token)).toBe(sessionIdOf(first.access_token));
    expect(await statusOf(answer.body.access_token)).toBe(200);
  });

  it('takes a form too, as OAuth 2.0 clients send it', async () => {
    const { refresh_token } = await logIn();
    const form = { grant_type: 'refresh_token', refresh_token };
    expect((await lab.server.http('POST', '/api/v1/auth/refresh', { form })).status).toBe(200);
  });

  it('goes on for a hundred times', async () => {
    let { refresh_token } = await logIn();
    for (let n = 0; n < 100; n += 1) ({ refresh_token } = await refreshed(refresh_token));
    expect(refresh_token).toContain('g100_');
  });

  it('gives twenty who ask at once, in two processes, the same next one', async () => {
    const { refresh_token } = await logIn();
    const asking = Array.from({ length: 20 }, (_, n) =>
      refresh(refresh_token, n % 2 === 0 ? lab.server : lab.neighbour),
    );
    const answers = await Promise.all(asking);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const next = [...new Set(answers.map(({ body }) => String(body.refresh_token)))];
    expect(next).toHaveLength(1);
    expect(next[0]).toContain('g1_');
    for (const { body } of answers) expect(await statusOf(body.access_token)).toBe(200);
    await refreshed(next[0] ?? '');
  });

  it('waits for the one that is under way, and goes by what that one leaves', async () => {
    const { refresh_token, access_token } = await logIn();
    const id = sessionIdOf(access_token);
    const { pending } = await lab.server.app.get(Transactions).run(async (tx) => {
      await tx.query('SELECT id FROM sessions WHERE id = $1 FOR UPDATE', [id]);
      const asked = refresh(refresh_token);
      await eventually(async () => {
        const [row] = await lab.server.database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return row !== undefined && row.count > 0 ? true : undefined;
      }, 'a refresh that waits');
      await tx.query('UPDATE sessions SET refresh_generation = 7 WHERE id = $1', [id]);
      return { pending: asked };
    });
    expect(await pending).toMatchObject(refusal);
    const [row] = await lab.server.database.query('SELECT refresh_generation FROM sessions WHERE id = $1', [id]);
    expect(row).toEqual({ refresh_generation: 7 });
  });

  it('answers the same again for ten seconds, because the first answer may be lost', async () => {
    const { refresh_token } = await logIn();
    const { refresh_token: next } = await refreshed(refresh_token);
    clock.advance(9_900);
    expect((await refreshed(refresh_token)).refresh_token).toBe(next);
    // That did not begin the ten seconds anew.
    clock.advance(200);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
    expect(await refresh(next)).toMatchObject(refusal);
  });

  it('ends the session in every process when a token comes back that was replaced, for thief and owner alike', async () => {
    const stolen = await logIn();
    const other = await logIn();
    const owner = await refreshed(stolen.refresh_token);
    await statusOf(owner.access_token, lab.neighbour);
    clock.advance(11_000);

    expect(await refresh(stolen.refresh_token)).toMatchObject(refusal);

    expect(await refresh(owner.refresh_token)).toMatchObject(refusal);
    expect(await statusOf(owner.access_token)).toBe(401);
    await neighbourHears();
    expect(await statusOf(owner.access_token, lab.neighbour)).toBe(401);
    expect(await statusOf(other.access_token)).toBe(200);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('records that end, for the admins of its tenant', async () => {
    const { refresh_token, access_token } = await logIn();
    await refreshed((await refreshed(refresh_token)).refresh_token);
    await refresh(refresh_token);
    const id = sessionIdOf(access_token);
    const { access_token: token } = await logIn();
    const { body } = await lab.server.http('GET', `/api/v1/audit?subject_id=${id}`, { token });
    expect(body).toMatchObject([
      { action: 'session.ended', report: { reason: 'refresh_token_reused', user_id: lab.userId } },
    ]);
  });

  it('takes the one before the last for a theft at once', async () => {
    const { refresh_token } = await logIn();
    const next = await refreshed((await refreshed(refresh_token)).refresh_token);
    expect(await refresh(refresh_token)).toMatchObject(refusal);
    expect(await refresh(next.refresh_token)).toMatchObject(refusal);
  });

  it('lets nobody end a session by an invented token of it', async () => {
    const { refresh_token } = await logIn();
    const { refresh_token: good } = await refreshed(refresh_token);
    clock.advance(60_000);
    const session = good.slice(4, 36);
    for (const generation of [0, 1, 2, 999_999_999])
      expect(await refresh(checksummed(`flr_${session}g${generation}`, 'a'.repeat(43)))).toMatchObject(refusal);
    expect((await refresh(good)).status).toBe(200);
  });

  it.each([
    ['an access token', ({ access_token }: Tokens) => access_token],
    ['a token that was cut', ({ refresh_token }: Tokens) => refresh_token.slice(0, -1)],
    ['a token of no session', () => checksummed(`flr_${'0'.repeat(32)}g0`, 'a'.repeat(43))],
    ['a word', () => 'token'],
  ])('refuses %s', async (_, of) => {
    expect(await refresh(of(await logIn()))).toMatchObject({ ...refusal, headers: { 'cache-control': 'no-store' } });
  });

  it.each([[undefined], [''], [7], [['a']], ['a'.repeat(2_001)], ['nul\u0000']])(
    'refuses the body %j',
    async (token) => {
      expect(await refresh(token)).toMatchObject({ status: 400, body: { errors: [{ path: 'refresh_token' }] } });
    },
  );

  it('is no credential: a refresh token opens no route', async () => {
    const { refresh_token } = await logIn();
    expect(await statusOf(refresh_token)).toBe(401);
  });

  it('waits half a day, and thirty days for whom it shall remember', async () => {
    const [usual, remembered] = [await logIn(), await logIn({ rememberMe: true })];
    clock.advance(12 * hourMs + 1_000);
    expect(await refresh(usual.refresh_token)).toMatchObject(refusal);
    clock.advance(29 * dayMs);
    const next = await refreshed(remembered.refresh_token);
    clock.advance(30 * dayMs + 1_000);
    expect(await refresh(next.refresh_token)).toMatchObject(refusal);
  });

  it('asks for the password again after a week, however often it is refreshed, and no token outlives that', async () => {
    let tokens = await logIn();
    for (let n = 0; n < 14; n += 1) {
      clock.advance(12 * hourMs - 60_000);
      tokens = await refreshed(tokens.refresh_token);
    }
    clock.advance(14 * 60_000 - 5 * 60_000);
    tokens = await refreshed(tokens.refresh_token);
    expect(tokens.expires_in).toBeLessThanOrEqual(300);
    expect(tokens.refresh_expires_in).toBeLessThanOrEqual(300);
    clock.advance(5 * 60_000);
    expect(await statusOf(tokens.access_token)).toBe(401);
    expect(await refresh(tokens.refresh_token)).toMatchObject(refusal);
  });

  it.each([
    [
      'is deactivated',
      () => lab.server.database.query('UPDATE users SET is_active = false WHERE id = $1', [lab.userId]),
    ],
    [
      'is a member no more',
      () => lab.server.database.query('DELETE FROM memberships WHERE user_id = $1', [lab.userId]),
    ],
  ])('refuses whoever %s', async (_, change) => {
    const { refresh_token } = await logIn();
    await change();
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('stores of a token only its hash', async () => {
    const { refresh_token } = await logIn();
    const rows = await lab.server.database.query('SELECT * FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(refresh_token.split('_')[2]?.slice(0, 43));
    const [row] = await lab.server.database.query<{ bytes: number }>(
      `SELECT octet_length(refresh_hash) AS bytes FROM sessions ORDER BY id DESC LIMIT 1`,
    );
    expect(row?.bytes).toBe(32);
  });

  it('does not know sessions of the version before, which had no refresh tokens', async () => {
    const { refresh_token } = await logIn();
    await lab.server.database.query('UPDATE sessions SET refresh_hash = NULL, refresh_salt = NULL');
    expect(await refresh(refresh_token)).toMatchObject(refusal);
  });

  it('goes on while SECRET_KEY is replaced, and after', async () => {
    const { refresh_token } = await logIn();
    const old = 'a key for tests that is long enough to pass every check';
    const settings = { secretKey: 'another key that is long enough for every check', previousSecretKeys: [old] };
    const both = await startTestApp({ clock, database: lab.server.database, settings });
    const next = await refresh(refresh_token, both);
    expect((await refresh(refresh_token, both)).body.refresh_token).toBe(next.body.refresh_token);
    // A process that does not know the new key yet cannot say it again, and ends nothing.
    expect(await refresh(refresh_token, lab.server)).toMatchObject(refusal);
    expect((await refresh(next.body.refresh_token, both)).status).toBe(200);
    await both.close();
  });
});
