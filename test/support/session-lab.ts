import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Changes } from '../../src/core/changes/changes.js';
import { Membership } from '../../src/modules/auth/membership.entity.js';
import { startTestApp, type TestAnswer, type TestApp } from './app.js';
import { FakeClock } from './fake-clock.js';

export const password = 'a long enough password';
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_expires_in: number;
}

export const refusal = { status: 401, body: { code: 'auth.invalid_refresh_token' } };

/** Two processes on one database, one clock, and a new user of a new tenant for each test. */
export class SessionLab {
  readonly clock = new FakeClock();
  email = '';
  userId = '';
  tenantId = '';
  private started: { server: TestApp; neighbour: TestApp } | undefined;

  constructor() {
    beforeAll(async () => {
      const server = await startTestApp({ clock: this.clock });
      this.started = { server, neighbour: await startTestApp({ clock: this.clock, database: server.database }) };
    });
    afterAll(async () => {
      await this.neighbour.close();
      await this.server.close();
    });
    beforeEach(async () => {
      Object.assign(this, await this.server.signUp());
    });
  }

  get server(): TestApp {
    return this.running.server;
  }

  /** Another process on the same database. */
  get neighbour(): TestApp {
    return this.running.neighbour;
  }

  logIn = async (more: object = {}): Promise<Tokens> => {
    const body = { email: this.email, password, ...more };
    const answer = await this.server.http('POST', '/api/v1/auth/login', { body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  refresh = (refresh_token: unknown, at = this.server): Promise<TestAnswer> =>
    at.http('POST', '/api/v1/auth/refresh', { body: { refresh_token } });

  refreshed = async (refresh_token: string): Promise<Tokens> => {
    const { status, body } = await this.refresh(refresh_token);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  };

  statusOf = async (token: string, at = this.server) => (await at.http('GET', '/api/v1/auth/me', { token })).status;

  post = (path: string, token: string, body?: object) =>
    this.server.http('POST', `/api/v1/auth/${path}`, { token, ...(body === undefined ? {} : { body }) });

  /** The other process reads what changed, as it does each second by itself. */
  neighbourHears = () => this.neighbour.app.get(Changes).read();

  /** A tenant of somebody else in which the user is a member too. */
  aSecondTenant = async (role: Membership['role'] = 'editor'): Promise<string> => {
    const { tenantId: second } = await this.server.signUp();
    await this.addMember(this.userId, second, role);
    return second;
  };

  addMember = async (user: string, tenant: string, role: Membership['role'] = 'admin'): Promise<void> => {
    await this.server.app
      .get(DataSource)
      .manager.insert(Membership, { tenantId: tenant, userId: user, role, createdAt: this.clock.now() });
  };

  private get running(): { server: TestApp; neighbour: TestApp } {
    if (this.started === undefined) throw new Error('the processes start with the first test');
    return this.started;
  }
}

export function sessionIdOf(accessToken: string): string {
  const [, payload = ''] = accessToken.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid;
}
