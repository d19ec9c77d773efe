import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

describe('health', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('is good with a database and a whole schema', async () => {
    const answer = await test.http('GET', '/api/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'healthy', checks: { database: 'up', schema: 'up', spool: 'up' } });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('says that a process lives without asking anybody', async () => {
    expect((await test.http('GET', '/health/live')).body).toEqual({ status: 'healthy' });
  });

  it('says that a process is ready', async () => {
    expect((await test.http('GET', '/health/ready')).status).toBe(200);
  });
});

describe('health of processes on a schema that lags behind', () => {
  let api: TestApp;
  let worker: TestApp;

  beforeAll(async () => {
    api = await startTestApp({ settings: { role: 'api' } });
    await api.database.query("DELETE FROM migrations WHERE name LIKE 'CreateRuns%'");
    worker = await startTestApp({ settings: { role: 'worker' }, database: api.database });
  });
  afterAll(async () => {
    await worker.close();
    await api.close();
  });

  it('is degraded', async () => {
    const answer = await api.http('GET', '/api/health');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'degraded', reason: 'schema: 1 migrations have not run' });
  });

  it('lets an api process take what comes, and keeps a worker from working', async () => {
    expect((await api.http('GET', '/health/ready')).status).toBe(200);
    const answer = await worker.http('GET', '/health/ready');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ status: 'unhealthy', checks: { database: 'up', schema: 'down' } });
  });
});

describe('health without a database', () => {
  let api: TestApp;
  let worker: TestApp;

  beforeAll(async () => {
    api = await startTestApp({ settings: { spool: false } });
    worker = await startTestApp({ settings: { role: 'worker' }, database: api.database });
  });
  afterAll(async () => {
    await worker.close();
    await api.app.close();
  });

  it('is bad for who cannot spool, and requests hear that they may come again', async () => {
    const { token } = await api.signUp();
    await api.database.drop();
    for (const test of [api, worker]) {
      const answer = await test.http('GET', '/health/ready');
      expect(answer.status).toBe(503);
      expect(answer.body).toMatchObject({
        status: 'unhealthy',
        reason: expect.stringContaining('database') as unknown,
      });
      expect((await test.http('GET', '/api/health')).status).toBe(503);
      expect((await test.http('GET', '/health/live')).status).toBe(200);
    }
    const answer = await api.http('GET', '/api/v1/labels', { token });
    expect(answer.body).toMatchObject({ status: 503, code: 'database.unavailable' });
    expect(answer.headers['retry-after']).toBe('2');
  });
});

describe('health without a database, with a spool', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.app.close());

  it('is degraded: what comes is still stored', async () => {
    await test.database.drop();
    for (const url of ['/api/health', '/health/ready']) {
      const answer = await test.http('GET', url);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ status: 'degraded', checks: { database: 'degraded', schema: 'degraded' } });
    }
  });
});
