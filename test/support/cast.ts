import { randomUUID } from 'node:crypto';
import { roles, scopes, type Role, type Scope } from '../../src/modules/auth/principal.decorator.js';
import type { TestApp } from './app.js';

const password = 'a long enough password';

/** Everybody whom one tenant knows: a user of each role, a superuser, an API key of each scope, a device, and one that will register. */
export interface Cast {
  /** Access tokens. */
  users: Record<Role | 'superuser', string>;
  keys: Record<Scope, string>;
  device: string;
  provisioningKey: string;
}

/** A tenant of its own with everybody in it. */
export async function aCast(server: TestApp): Promise<Cast> {
  const admin = await server.signUp();
  const users: Partial<Cast['users']> = { admin: admin.token };
  for (const role of roles.filter((one) => one !== 'admin')) users[role] = await aUser(server, admin.token, role);
  users.superuser = await aUser(server, admin.token, 'admin', true);
  const keys: Partial<Cast['keys']> = {};
  for (const scope of scopes) {
    const body = { name: `${scope} ${randomUUID()}`, scopes: [scope] };
    const { body: made } = await server.http('POST', '/api/v1/api-keys', { token: admin.token, body });
    keys[scope] = String(made.key);
  }
  const device = await aDeviceKey(server, admin.token);
  const body = { name: randomUUID() };
  const fleet = await server.http('POST', '/api/v1/provisioning-keys', { token: admin.token, body });
  const provisioningKey = String(fleet.body.key);
  return { users: users as Cast['users'], keys: keys as Cast['keys'], device, provisioningKey };
}

async function aUser(server: TestApp, admin: string, role: Role, isSuperuser = false): Promise<string> {
  const username = `user-${randomUUID()}`;
  const body = { username, email: `${username}@example.com`, password, role };
  const made = await server.http('POST', '/api/v1/users', { token: admin, body });
  if (made.status !== 201) throw new Error(`POST /users answered ${made.status}: ${JSON.stringify(made.body)}`);
  if (isSuperuser)
    await server.database.query('UPDATE users SET is_superuser = true WHERE id = $1', [String(made.body.id)]);
  const login = await server.http('POST', '/api/v1/auth/login', { body: { username, password } });
  return String(login.body.access_token);
}

async function aDeviceKey(server: TestApp, admin: string): Promise<string> {
  const device = await server.http('POST', '/api/v1/devices', { token: admin, body: { name: randomUUID() } });
  const made = await server.http('POST', `/api/v1/devices/${String(device.body.id)}/keys`, { token: admin });
  if (made.status !== 201) throw new Error(`a device key was answered ${made.status}: ${JSON.stringify(made.body)}`);
  return String(made.body.key);
}
