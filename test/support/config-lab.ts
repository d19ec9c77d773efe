import { afterAll, beforeAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { startTestApp, type TestAnswer, type TestApp, type TestRequest } from './app.js';

export const aMac = (): string => (randomBytes(6).toString('hex').match(/../g) ?? []).join('-');

/** A server, one who edits configs there, and somebody of another tenant. */
export class ConfigLab {
  readonly url = '/api/configs';
  token = '';
  stranger = '';
  private started: TestApp | undefined;

  constructor() {
    beforeAll(async () => {
      this.started = await startTestApp();
      ({ token: this.token } = await this.server.signUp());
      ({ token: this.stranger } = await this.server.signUp());
    });
    afterAll(() => this.server.close());
  }

  get server(): TestApp {
    if (this.started === undefined) throw new Error('the server starts with the first test');
    return this.started;
  }

  ask = (
    method: string,
    path: string,
    body?: unknown,
    request: TestRequest = { token: this.token },
  ): Promise<TestAnswer> =>
    this.server.http(method, `${this.url}${path}`, { ...request, ...(body === undefined ? {} : { body }) });

  put = (mac: string, content: unknown, more: object = {}, request?: TestRequest): Promise<TestAnswer> =>
    this.ask('PUT', `/${mac}`, { content, ...more }, request);
}
