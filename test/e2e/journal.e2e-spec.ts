import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { journalRowOf } from '../../src/modules/devices/journal/journal-row.js';
import { JournalStore } from '../../src/modules/devices/journal/journal-store.js';
import type { JournalRow } from '../../src/modules/devices/journal/journal.statement.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Nobody knows of a flush whose answer was lost whether it was committed; so it is made again, with the same ids. */
describe('a message that comes again under its own id', () => {
  let app: TestApp;
  let tenantId: string;
  let store: JournalStore;
  const devEui = '0000000000000B01';

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    store = app.app.get(JournalStore, { strict: false });
    tenantId = (await app.signUp()).tenantId;
    const deviceId = newId(Date.now());
    await app.database.query(`INSERT INTO devices (id, tenant_id, name, dev_eui) VALUES ($1, $2, 'a sensor', $3)`, [
      deviceId,
      tenantId,
      devEui,
    ]);
    await app.database.query('INSERT INTO device_state (device_id, tenant_id) VALUES ($1, $2)', [deviceId, tenantId]);
  });
  afterAll(() => app.close());

  const aRow = (given: { devEui?: string; deduplicationId?: string | null } = {}): JournalRow =>
    journalRowOf({
      tenantId,
      source: 'chirpstack',
      devEui,
      event: 'up',
      timeMs: Date.now(),
      receivedAtMs: Date.now(),
      fCnt: 1,
      fPort: 1,
      deduplicationId: randomBytes(8).toString('hex'),
      body: Buffer.from('{}'),
      error: null,
      ...given,
    });
  const countOf = async (table: string, row: JournalRow) =>
    (await app.database.query(`SELECT id FROM ${table} WHERE id = $1`, [row.id])).length;

  it.each([
    ['with an id of the sender’s', {}],
    ['without one', { deduplicationId: null }],
  ])('%s is stored and queued once, and is no duplicate of itself', async (_, given) => {
    const row = aRow(given);
    const first = await store.store([row], 5_000);
    expect(first).toMatchObject([{ eventId: row.id, duplicate: false, parked: false }]);
    expect(await store.store([row, aRow()], 5_000)).toMatchObject([first[0], { duplicate: false }]);
    expect(await countOf('device_events', row)).toBe(1);
    expect(await countOf('jobs', row)).toBe(1);
  });

  it('is not queued again when its job is done', async () => {
    const row = aRow();
    await store.store([row], 5_000);
    await app.database.query('DELETE FROM jobs WHERE id = $1', [row.id]);
    await store.store([row], 5_000);
    expect(await countOf('jobs', row)).toBe(0);
  });

  it('is parked once, and stays so when its device is there meanwhile', async () => {
    const row = aRow({ devEui: '0000000000000B02' });
    await store.store([row], 5_000);
    await app.database.query(`INSERT INTO devices (id, tenant_id, name, dev_eui) VALUES ($1, $2, 'late', $3)`, [
      newId(Date.now()),
      tenantId,
      row.dev_eui,
    ]);
    expect(await store.store([row], 5_000)).toMatchObject([{ eventId: row.id, duplicate: false }]);
    expect(await countOf('parked_messages', row)).toBe(1);
    expect(await countOf('device_events', row)).toBe(0);
  });

  it('is stored once where both come at the same time', async () => {
    const rows = Array.from({ length: 50 }, () => aRow());
    const [one, other] = await Promise.all([store.store(rows, 5_000), store.store(rows.toReversed(), 5_000)]);
    expect(one.map(({ eventId }) => eventId)).toEqual(rows.map(({ id }) => id));
    expect(other.map(({ duplicate }) => duplicate)).toEqual(rows.map(() => false));
    for (const row of rows) expect(await countOf('jobs', row)).toBe(1);
  });

  it('is the duplicate of another that was first, whatever came between', async () => {
    const first = aRow({ deduplicationId: 'the same' });
    const copy = aRow({ deduplicationId: 'the same' });
    await store.store([first], 5_000);
    const expected = [{ eventId: first.id, duplicate: true }];
    expect(await store.store([copy], 5_000)).toMatchObject(expected);
    expect(await store.store([copy], 5_000)).toMatchObject(expected);
    expect(await countOf('device_events', copy)).toBe(0);
  });
});
