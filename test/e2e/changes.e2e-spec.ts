import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Changes } from '../../src/core/changes/changes.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createEmptyDatabase } from '../support/database.js';

let server: TestApp;
let changes: Changes;
/** What this process heard, of edits that others made: they are written past it. */
const heard: string[] = [];

beforeAll(async () => {
  server = await startTestApp();
  changes = server.app.get(Changes);
  changes.onChange('test', ({ entityId }) => heard.push(entityId));
});
afterAll(() => server.close());

const insertSql = `INSERT INTO changes (tenant_id, kind, entity_id) SELECT gen_random_uuid(), 'test', unnest($1::uuid[])`;
const edit = async (ids: readonly string[]): Promise<void> => {
  await server.database.query(insertSql, [ids]);
};
const heardOf = (ids: readonly string[]): string[] => heard.filter((id) => ids.includes(id));

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('edits of other processes', () => {
  it('are heard once', async () => {
    const id = randomUUID();
    await edit([id]);
    await changes.read();
    await changes.read();
    expect(heardOf([id])).toEqual([id]);
  });

  it('are all heard where one transaction made more than a page of them', async () => {
    const ids = Array.from({ length: 2_500 }, () => randomUUID());
    await edit(ids);
    await changes.read();
    expect(heardOf(ids).sort()).toEqual([...ids].sort());
  });

  it('are heard when they are committed late, behind others that began after them', async () => {
    const [late, soon] = [randomUUID(), randomUUID()];
    await withClient(server.database.url, async (client) => {
      await client.query('BEGIN');
      await client.query(insertSql, [[late]]);
      await edit([soon]);
      await changes.read();
      expect(heardOf([late, soon])).toEqual([soon]);
      await client.query('COMMIT');
    });
    await changes.read();
    await changes.read();
    expect(heardOf([late, soon])).toEqual([soon, late]);
  });

  it('do not wait for the long transaction of somebody else on the server', async () => {
    const elsewhere = await createEmptyDatabase();
    const id = randomUUID();
    await withClient(elsewhere.url, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT pg_current_xact_id()');
      await edit([id]);
      await changes.read();
    });
    await elsewhere.drop();
    expect(heardOf([id])).toEqual([id]);
  });

  it('are heard by who asks while a reading is under way that began before them', async () => {
    const id = randomUUID();
    const before = changes.read();
    await edit([id]);
    await Promise.all([before, changes.read()]);
    expect(heardOf([id])).toEqual([id]);
  });
});
