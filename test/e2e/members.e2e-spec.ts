import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Changes } from '../../src/core/changes/changes.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';

type Person = Awaited<ReturnType<TestApp['signUp']>>;

const password = 'a long enough password';
const dayMs = 24 * 3_600_000;
const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const clock = new FakeClock();
let server: TestApp;
/** Another process on the same database. */
let neighbour: TestApp;
let ann: Person;

beforeAll(async () => {
  server = await startTestApp({ clock, settings: { publicUrl: 'https://iot.example.org' } });
  neighbour = await startTestApp({ clock, database: server.database });
});
afterAll(async () => {
  await neighbour.close();
  await server.close();
});
beforeEach(async () => {
  ann = await server.signUp();
});

const ask = (method: string, path: string, body?: unknown, token = ann.token, at = server): Promise<TestAnswer> =>
  at.http(method, `/api/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });

const codeOf = ({ status, body }: TestAnswer): [number, string] => [status, body.code as string];

const anAddress = (): string => `${randomUUID()}@example.com`;

const aUser = async (role: string): Promise<{ id: string; token: string; username: string }> => {
  const username = `user-${randomUUID()}`;
  const made = await ask('POST', 'users', { email: anAddress(), username, password, role });
  expect(made.status).toBe(201);
  return { id: made.body.id, username, token: await logIn(username) };
};

const logIn = async (username: string): Promise<string> => {
  const login = await server.http('POST', '/api/v1/auth/login', { body: { username, password } });
  expect(login.status).toBe(200);
  return login.body.access_token as string;
};

const anInvitation = async (role = 'editor'): Promise<Body> => {
  const answer = await ask('POST', 'invitations', { email: anAddress(), role });
  expect(answer.status).toBe(201);
  return answer.body;
};

const accept = (body: object, token?: string) =>
  server.http('POST', '/api/v1/invitations/accept', { body, ...(token === undefined ? {} : { token }) });

const actionsOf = async (subject: string): Promise<string[]> =>
  (await ask('GET', `audit?subject_id=${subject}`)).body.map(({ action }: Body) => action as string);

describe('members', () => {
  it('are listed by name, and found by name, address and role', async () => {
    const bob = await aUser('viewer');
    const all = await ask('GET', 'members');
    expect(all.body.map((member: Body) => [member.user_id, member.role]).sort()).toEqual(
      [
        [ann.userId, 'admin'],
        [bob.id, 'viewer'],
      ].sort(),
    );
    expect(all.headers['x-total-count']).toBe('2');
    const found = await ask('GET', `members?q=${bob.username.slice(0, 20).toUpperCase()}`);
    expect(found.body).toEqual([(await ask('GET', `members/${bob.id}`)).body]);
    expect((await ask('GET', 'members?role=editor')).body).toEqual([]);
    expect((await ask('GET', 'members?role=king')).status).toBe(400);
  });

  it('get another role, which counts at once, also for the tokens that they have, in every process', async () => {
    const bob = await aUser('viewer');
    const makesLabels = (at = server) => ask('POST', 'labels', { name: randomUUID() }, bob.token, at);
    expect([(await makesLabels()).status, (await makesLabels(neighbour)).status]).toEqual([403, 403]);
    const changed = await ask('PATCH', `members/${bob.id}`, { role: 'editor' });
    expect([changed.status, changed.body.role]).toEqual([200, 'editor']);
    expect((await makesLabels()).status).toBe(201);
    await neighbour.app.get(Changes).read();
    expect((await makesLabels(neighbour)).status).toBe(201);
    // The second time changes nothing, and what GET gave may be sent back.
    expect((await ask('PATCH', `members/${bob.id}`, { ...changed.body, role: 'editor' })).status).toBe(200);
    const [record] = (await ask('GET', `audit?subject_id=${bob.id}`)).body;
    expect(record).toMatchObject({
      action: 'member.updated',
      changes: { role: { before: 'viewer', after: 'editor' } },
    });
    expect(await actionsOf(bob.id)).toEqual(['member.updated', 'user.created']);
  });

  it('are out at once when they are removed, but not of their other tenants', async () => {
    const carl = await server.signUp();
    const invitation = await anInvitation();
    expect((await accept({ token: invitation.token }, carl.token)).status).toBe(201);
    const switched = await ask('POST', 'auth/switch', { tenant_id: ann.tenantId }, carl.token);
    const here = switched.body.access_token as string;
    const statuses = async () => [
      (await ask('GET', 'labels', undefined, here)).status,
      (await ask('GET', 'labels', undefined, here, neighbour)).status,
      (await ask('GET', 'labels', undefined, carl.token)).status,
    ];
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await ask('DELETE', `members/${carl.userId}`)).status).toBe(204);
    await neighbour.app.get(Changes).read();
    expect(await statuses()).toEqual([401, 401, 200]);
    const refresh = { refresh_token: switched.body.refresh_token as string };
    expect((await server.http('POST', '/api/v1/auth/refresh', { body: refresh })).status).toBe(401);
    expect(codeOf(await ask('DELETE', `members/${carl.userId}`))).toEqual([404, 'member.not_found']);
    expect(codeOf(await ask('POST', 'auth/switch', { tenant_id: ann.tenantId }, carl.token))).toEqual([
      404,
      'tenant.not_found',
    ]);
    // Who comes back is not let in by what they had before.
    const again = await anInvitation();
    await accept({ token: again.token }, carl.token);
    expect(await statuses()).toEqual([401, 401, 200]);
  });

  it('never lose their last admin', async () => {
    const bob = await aUser('editor');
    const me = `members/${ann.userId}`;
    expect(codeOf(await ask('DELETE', me))).toEqual([409, 'member.last_admin']);
    expect(codeOf(await ask('PATCH', me, { role: 'editor' }))).toEqual([409, 'member.last_admin']);
    await ask('PATCH', `members/${bob.id}`, { role: 'admin' });
    await server.database.query('UPDATE users SET is_active = false WHERE id = $1', [bob.id]);
    // An admin who cannot log in is none.
    expect(codeOf(await ask('DELETE', me))).toEqual([409, 'member.last_admin']);
    await server.database.query('UPDATE users SET is_active = true WHERE id = $1', [bob.id]);
    const answers = await Promise.all([
      ask('DELETE', `members/${bob.id}`),
      ask('DELETE', me, undefined, bob.token),
      ask('PATCH', me, { role: 'viewer' }, bob.token),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const left = await server.database.query<{ role: string }>(
      `SELECT role FROM memberships WHERE tenant_id = $1 AND role = 'admin'`,
      [ann.tenantId],
    );
    expect(left).toHaveLength(1);
  });

  it('who may no longer invite leave no open link behind', async () => {
    const bob = await aUser('admin');
    const link = await ask('POST', 'invitations', { email: anAddress(), role: 'admin' }, bob.token);
    await ask('PATCH', `members/${bob.id}`, { role: 'editor' });
    expect(codeOf(await accept({ token: link.body.token, username: randomUUID(), password }))).toEqual([
      404,
      'invitation.invalid',
    ]);
    expect((await ask('GET', `invitations/${link.body.id}`)).body.status).toBe('revoked');
  });

  it('are nobody else’s: not a viewer’s, a stranger’s or a key’s', async () => {
    const bob = await aUser('editor');
    expect((await ask('GET', 'members', undefined, bob.token)).status).toBe(403);
    expect((await ask('PATCH', `members/${bob.id}`, { role: 'admin' }, bob.token)).status).toBe(403);
    const stranger = await server.signUp();
    expect(codeOf(await ask('PATCH', `members/${bob.id}`, { role: 'admin' }, stranger.token))).toEqual([
      404,
      'member.not_found',
    ]);
    expect((await ask('GET', `members/${nobodysId}`)).status).toBe(404);
    for (const body of [{ role: 'superuser' }, { role: null }, { is_superuser: true }, { email: 'a@b.example' }]) {
      expect([body, (await ask('PATCH', `members/${bob.id}`, body)).status]).toEqual([body, 400]);
    }
  });
});

describe('invitations', () => {
  it('show their link once, and never again', async () => {
    const email = anAddress();
    const made = await ask('POST', 'invitations', { email: email.toUpperCase(), role: 'viewer' });
    expect(made.headers['cache-control']).toBe('no-store');
    const { token, link, ...shown } = made.body;
    expect(link).toBe(`https://iot.example.org/invitation#token=${token as string}`);
    expect(shown).toMatchObject({ email, role: 'viewer', status: 'open', invited_by: ann.userId, accepted_by: null });
    expect(Date.parse(shown.expires_at) - Date.parse(shown.created_at)).toBe(7 * dayMs);
    expect((await ask('GET', `invitations/${shown.id}`)).body).toEqual(shown);
    expect((await ask('GET', 'invitations')).body).toEqual([shown]);
    const [stored] = await server.database.query('SELECT * FROM invitations WHERE id = $1', [shown.id]);
    expect(JSON.stringify(stored)).not.toContain(token.slice(-20));
    expect(JSON.stringify((await ask('GET', `audit?subject_id=${shown.id}`)).body)).not.toContain(token.slice(-20));
  });

  it('make a new user of who has no account, with the address that was invited', async () => {
    const { token, email, id } = await anInvitation('editor');
    const username = `user-${randomUUID()}`;
    const accepted = await accept({ token, username, password });
    expect([accepted.status, accepted.body]).toEqual([
      201,
      { tenant_id: ann.tenantId, user_id: expect.any(String), role: 'editor' },
    ]);
    const bob = await logIn(username);
    expect((await ask('GET', 'auth/me', undefined, bob)).body).toMatchObject({
      ...{ email, role: 'editor', tenant_id: ann.tenantId, is_superuser: false },
      id: accepted.body.user_id,
    });
    const [record] = (await ask('GET', `audit?subject_id=${id}`)).body;
    expect(record).toMatchObject({
      action: 'invitation.accepted',
      actor: { kind: 'user', id: accepted.body.user_id, name: username },
      report: { new_account: true, role: 'editor' },
    });
    expect(codeOf(await accept({ token, username: `${username}2`, password }))).toEqual([404, 'invitation.invalid']);
    expect((await ask('GET', `invitations/${id}`)).body).toMatchObject({
      status: 'accepted',
      accepted_by: accepted.body.user_id,
    });
  });

  it('let in who is logged in already, into one tenant more', async () => {
    const bob = await server.signUp();
    const { token } = await anInvitation('viewer');
    expect((await accept({ token }, bob.token)).status).toBe(201);
    const tenants = (await ask('GET', 'tenants', undefined, bob.token)).body;
    expect(tenants.map((tenant: Body) => [tenant.id, tenant.role])).toEqual([
      [bob.tenantId, 'admin'],
      [ann.tenantId, 'viewer'],
    ]);
    const other = await anInvitation('admin');
    expect(codeOf(await accept({ token: other.token }, bob.token))).toEqual([409, 'member.exists']);
    expect((await ask('GET', `invitations/${other.id}`)).body.status).toBe('open');
  });

  it('are good for one of many who use the link at once', async () => {
    const { token } = await anInvitation();
    const people = await Promise.all(Array.from({ length: 8 }, () => server.signUp()));
    const answers = await Promise.all(people.map((person) => accept({ token }, person.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 404)]);
    expect((await ask('GET', 'members')).body).toHaveLength(2);
  });

  it('end by being revoked, replaced, or after seven days', async () => {
    const bob = await server.signUp();
    const revoked = await anInvitation();
    expect((await ask('DELETE', `invitations/${revoked.id}`)).status).toBe(204);
    expect(codeOf(await ask('DELETE', `invitations/${revoked.id}`))).toEqual([409, 'invitation.not_open']);
    const replaced = await anInvitation();
    const newer = await ask('POST', 'invitations', { email: replaced.email, role: 'viewer' });
    const late = await anInvitation();
    for (const { token } of [revoked, replaced]) {
      expect(codeOf(await accept({ token }, bob.token))).toEqual([404, 'invitation.invalid']);
    }
    const open = (await ask('GET', 'invitations?status=open')).body.map(({ id }: Body) => id as string);
    expect(open).toEqual([late.id, newer.body.id]);
    clock.advance(7 * dayMs);
    const later = await server.signUp();
    expect(codeOf(await accept({ token: late.token }, later.token))).toEqual([404, 'invitation.invalid']);
  });

  it('refuse what is not meant', async () => {
    const { token } = await anInvitation();
    expect(codeOf(await accept({ token }))).toEqual([400, 'invitation.account_missing']);
    expect(codeOf(await accept({ token, username: 'x y', password }))).toEqual([400, 'validation.failed']);
    expect(codeOf(await accept({ token, username: randomUUID(), password, role: 'admin' }))).toEqual([
      400,
      'validation.failed',
    ]);
    expect(codeOf(await accept({ token: `${token.slice(0, -1)}!`, username: randomUUID(), password }))).toEqual([
      404,
      'invitation.invalid',
    ]);
    expect(codeOf(await accept({ token }, 'eyJ.no.good'))).toEqual([401, 'auth.invalid_credentials']);
    const key = (await ask('POST', 'api-keys', { name: 'k', scopes: ['write'] })).body.key as string;
    expect(codeOf(await server.http('POST', '/api/v1/invitations/accept', { apiKey: key, body: { token } }))).toEqual([
      403,
      'auth.forbidden',
    ]);
    expect(codeOf(await ask('POST', 'invitations', { email: ann.email, role: 'viewer' }))).toEqual([
      409,
      'member.exists',
    ]);
    const taken = await ask('POST', 'invitations', { email: (await server.signUp()).email, role: 'viewer' });
    expect(codeOf(await accept({ token: taken.body.token, username: randomUUID(), password }))).toEqual([
      409,
      'user.email_taken',
    ]);
    expect((await ask('GET', `invitations/${taken.body.id}`)).body.status).toBe('open');
  });

  it('are seen by the tenant’s admins alone', async () => {
    const { id } = await anInvitation();
    const stranger = await server.signUp();
    expect(codeOf(await ask('GET', `invitations/${id}`, undefined, stranger.token))).toEqual([
      404,
      'invitation.not_found',
    ]);
    expect((await ask('DELETE', `invitations/${id}`, undefined, stranger.token)).status).toBe(404);
    expect((await ask('GET', 'invitations', undefined, stranger.token)).body).toEqual([]);
    const editor = await aUser('editor');
    expect((await ask('POST', 'invitations', { email: anAddress(), role: 'admin' }, editor.token)).status).toBe(403);
  });
});

describe('users', () => {
  const aSuperuser = async (): Promise<Person> => {
    const person = await server.signUp();
    await server.database.query('UPDATE users SET is_superuser = true WHERE id = $1', [person.userId]);
    return { ...person, token: await logIn(person.email) };
  };

  it('are those of the tenant for its admins, and everybody for a superuser', async () => {
    const bob = await aUser('viewer');
    const root = await aSuperuser();
    const ids = (answer: TestAnswer) => answer.body.map(({ id }: Body) => id as string).sort();
    expect(ids(await ask('GET', 'users'))).toEqual([ann.userId, bob.id].sort());
    expect(ids(await ask('GET', `users?q=${bob.username}`, undefined, root.token))).toEqual([bob.id]);
    expect(ids(await ask('GET', 'users?is_superuser=true', undefined, root.token))).toContain(root.userId);
    expect(codeOf(await ask('GET', `users/${root.userId}`))).toEqual([404, 'user.not_found']);
    const shown = (await ask('GET', `users/${bob.id}`, undefined, root.token)).body;
    expect(Object.keys(shown).sort()).toEqual(
      ['created_at', 'email', 'id', 'is_active', 'is_superuser', 'updated_at', 'username'].sort(),
    );
  });

  it('that are deactivated are out at once, everywhere, until they are activated', async () => {
    const bob = await aUser('editor');
    const root = await aSuperuser();
    const statuses = async () => [
      (await ask('GET', 'labels', undefined, bob.token)).status,
      (await ask('GET', 'labels', undefined, bob.token, neighbour)).status,
    ];
    expect(await statuses()).toEqual([200, 200]);
    const off = await ask('PATCH', `users/${bob.id}`, { is_active: false }, root.token);
    expect([off.status, off.body.is_active]).toEqual([200, false]);
    await neighbour.app.get(Changes).read();
    expect(await statuses()).toEqual([401, 401]);
    const login = { body: { username: bob.username, password } };
    expect((await server.http('POST', '/api/v1/auth/login', login)).status).toBe(401);
    expect((await ask('PATCH', `users/${bob.id}`, { is_active: false }, root.token)).status).toBe(200);
    await ask('PATCH', `users/${bob.id}`, { is_active: true }, root.token);
    // What was ended stays so; the password is good again.
    expect(await statuses()).toEqual([401, 401]);
    expect((await server.http('POST', '/api/v1/auth/login', login)).status).toBe(200);
    const records = (await ask('GET', `audit?subject_id=${bob.id}`, undefined, root.token)).body;
    expect(records.map(({ action }: Body) => action as string)).toEqual(['user.activated', 'user.deactivated']);
  });

  it('are deactivated by a superuser alone, and not by themselves', async () => {
    const root = await aSuperuser();
    expect((await ask('PATCH', `users/${ann.userId}`, { is_active: false })).status).toBe(403);
    expect(codeOf(await ask('PATCH', `users/${root.userId}`, { is_active: false }, root.token))).toEqual([
      409,
      'user.own_account',
    ]);
    for (const body of [{ is_superuser: true }, { role: 'admin' }, { is_active: null }, { email: anAddress() }]) {
      expect([body, (await ask('PATCH', `users/${ann.userId}`, body, root.token)).status]).toEqual([body, 400]);
    }
  });

  it('are made by admins, as members and never as superusers', async () => {
    const taken = await aUser('viewer');
    const body = { email: anAddress(), username: `user-${randomUUID()}`, password, role: 'viewer' };
    for (const wrong of [
      { is_superuser: true },
      { tenant_id: nobodysId },
      { role: 'superuser' },
      { role: undefined },
    ]) {
      expect([wrong, (await ask('POST', 'users', { ...body, ...wrong })).status]).toEqual([wrong, 400]);
    }
    expect(codeOf(await ask('POST', 'users', { ...body, username: taken.username }))).toEqual([
      409,
      'user.username_taken',
    ]);
    expect((await ask('GET', 'members')).body).toHaveLength(2);
  });
});

describe('tenants', () => {
  it('are renamed by their admins', async () => {
    const path = `tenants/${ann.tenantId}`;
    const renamed = await ask('PATCH', path, { name: 'Greenhouse Ltd' });
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Greenhouse Ltd']);
    expect((await ask('PATCH', path, renamed.body)).body).toEqual((await ask('GET', path)).body);
    expect(await actionsOf(ann.tenantId)).toEqual(['tenant.updated']);
    expect((await ask('PATCH', path, { slug: 'mine' })).status).toBe(400);
    const editor = await aUser('editor');
    expect((await ask('PATCH', path, { name: 'x' }, editor.token)).status).toBe(403);
    const stranger = await server.signUp();
    expect(codeOf(await ask('PATCH', path, { name: 'x' }, stranger.token))).toEqual([404, 'tenant.not_found']);
  });

  it('are renamed from within: a token of another one does not do', async () => {
    const bob = await server.signUp();
    await accept({ token: (await anInvitation('admin')).token }, bob.token);
    expect((await ask('GET', `tenants/${ann.tenantId}`, undefined, bob.token)).status).toBe(200);
    const answer = await ask('PATCH', `tenants/${ann.tenantId}`, { name: 'x' }, bob.token);
    expect(codeOf(answer)).toEqual([404, 'tenant.not_found']);
  });
});
