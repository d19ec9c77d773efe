import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { sealedColumns } from '../../src/core/crypto/rotation/sealed-column.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('columns of sealed texts', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
  });
  afterAll(() => app.close());

  it('are all found by rotate-keys, with the key that names a row', async () => {
    const found = await sealedColumns(app.database);
    expect(found).toContainEqual({
      table: 'integrations',
      column: 'secrets_sealed',
      key: [{ name: 'id', type: 'uuid' }],
    });
    expect(found.filter(({ key }) => (key as unknown) === null)).toEqual([]);
    const named = await app.database.query<{ name: string; type: string }>(
      `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name LIKE '%sealed%' ORDER BY 1`,
    );
    expect(found.map(({ table, column }) => `${table}.${column}`)).toEqual(named.map(({ name }) => name));
    expect(named.filter(({ type }) => type !== 'text')).toEqual([]);
  });

  it('are called so in the entities too', () => {
    const columns = app.app.get(DataSource).entityMetadatas.flatMap((entity) => entity.columns);
    const sealed = columns.filter(({ propertyName }) => /sealed/i.test(propertyName));
    expect(sealed.length).toBeGreaterThanOrEqual(3);
    for (const { propertyName, databaseName } of sealed) {
      expect(`${propertyName} ${databaseName}`).toMatch(/^\w+Sealed \w+_sealed$/);
    }
  });
});
