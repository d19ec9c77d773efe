import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Maintenance } from '../../src/core/maintenance/maintenance.js';
import type { DeviceEvent, Receipt } from '../../src/modules/devices/journal/device-event.contract.js';
import { JournalService } from '../../src/modules/devices/journal/journal.service.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** PostgreSQL plans a named statement anew five times before it keeps a plan; after more than that a rotation meets a kept one. */
const enoughForKeptPlans = 12;

describe('the rotation of event keys', () => {
  // No workers: nobody reads the events, so nothing but the journal writes here.
  let app: TestApp;
  let other: TestApp;
  let tenantId: string;
  const devEui = '0000000000000A01';

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    other = await startTestApp({ settings: { role: 'api' }, database: app.database });
    tenantId = (await app.signUp()).tenantId;
    const deviceId = newId(Date.now());
    await app.database.query('INSERT INTO devices (id, tenant_id, name, dev_eui) VALUES ($1, $2, $3, $4)', [
      deviceId,
      tenantId,
      'a sensor',
      devEui,
    ]);
    await app.database.query('INSERT INTO device_state (device_id, tenant_id) VALUES ($1, $2)', [deviceId, tenantId]);
  });
  beforeEach(async () => {
    await app.database.query('UPDATE event_key_rotation SET rotated_at = now()');
  });
  afterAll(async () => {
    await other.close();
    await app.close();
  });

  const journalOf = ({ app: nest }: TestApp) => nest.get(JournalService, { strict: false });
  const aMessage = (): DeviceEvent => ({
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
  });
  const append = async (message: DeviceEvent, by = app): Promise<Receipt> => {
    const [receipt] = await journalOf(by).append([message]);
    if (receipt === undefined) throw new Error('no receipt');
    return receipt;
  };
  const tick = (by = app) => by.app.get(Maintenance, { strict: false }).runNow('event-keys');
  const anotherDayPasses = async (): Promise<void> => {
    await app.database.query(`UPDATE event_key_rotation SET rotated_at = rotated_at - interval '24 hours'`);
    await tick();
  };
  const storedCount = async (): Promise<number> => {
    const [row] = await app.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM device_events WHERE event <> 'status_change'`,
    );
    return row?.count ?? 0;
  };

  it('knows a duplicate for a day and more, and forgets it after two, under statements that were prepared before', async () => {
    for (let index = 0; index < enoughForKeptPlans; index += 1) await append(aMessage());
    const message = aMessage();
    const first = await append(message);
    expect(first.duplicate).toBe(false);

    await anotherDayPasses();
    expect(await append(message)).toEqual({ ...first, duplicate: true });

    await anotherDayPasses();
    const again = await append(message);
    expect(again.duplicate).toBe(false);
    expect(again.eventId).not.toBe(first.eventId);
  });

  it('puts new keys into the emptied slot, under the old names', async () => {
    await append(aMessage());
    await anotherDayPasses();
    const message = aMessage();
    const { eventId } = await append(message);
    expect(await app.database.query('SELECT event_id FROM event_keys_current')).toEqual([{ event_id: eventId }]);
    const names = await app.database.query(
      `SELECT conrelid::regclass::text AS "table", conname AS name FROM pg_constraint
       WHERE contype = 'p' AND conrelid::regclass::text LIKE 'event\\_keys\\_%' ORDER BY 1`,
    );
    expect(names).toEqual([
      { table: 'event_keys_current', name: 'PK_event_keys_current' },
      { table: 'event_keys_previous', name: 'PK_event_keys_previous' },
    ]);
  });

  it('does nothing before 24 hours have passed, and only once when they have', async () => {
    const message = aMessage();
    const first = await append(message);
    await app.database.query(`UPDATE event_key_rotation SET rotated_at = now() - interval '23 hours 59 minutes'`);
    await tick();
    await tick(other);
    await app.database.query(`UPDATE event_key_rotation SET rotated_at = now() - interval '100 days'`);
    await tick();
    await tick(other);
    expect(await append(message)).toEqual({ ...first, duplicate: true });
  });

  it('loses nothing and lets no duplicate through while two processes append', async () => {
    const before = await storedCount();
    const rounds = 5;
    const perRound = 120;
    for (let round = 0; round < rounds; round += 1) {
      const messages = Array.from({ length: perRound }, aMessage);
      const answers = new Map(messages.map((message) => [message, [] as Receipt[]]));
      const walk = async (by: TestApp, order: DeviceEvent[], onThird?: () => unknown): Promise<void> => {
        for (const [index, message] of order.entries()) {
          if (index === perRound / 3) onThird?.();
          answers.get(message)?.push(await append(message, by));
        }
      };
      const rotations: Promise<void>[] = [];
      await Promise.all([
        walk(app, messages, () => rotations.push(anotherDayPasses())),
        walk(app, messages),
        walk(other, messages.toReversed()),
        walk(other, messages),
      ]);
      await Promise.all(rotations);
      for (const message of messages) {
        const receipts = [...(answers.get(message) ?? []), await append(message)];
        expect(new Set(receipts.map(({ eventId }) => eventId)).size).toBe(1);
        expect(receipts.map(({ duplicate }) => duplicate).sort()).toEqual([false, true, true, true, true]);
      }
    }
    expect(await storedCount()).toBe(before + rounds * perRound);
  });

  it('gives way when the keys are busy, and is done at the next time', async () => {
    await append(aMessage());
    const user = new pg.Client({ connectionString: app.database.url });
    await user.connect();
    await user.query('BEGIN; LOCK TABLE event_keys_current IN ROW EXCLUSIVE MODE');
    try {
      await expect(anotherDayPasses()).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await user.end();
    }
    expect(await app.database.query('SELECT 1 FROM event_keys_current LIMIT 1')).toHaveLength(1);
    await tick();
    expect(await app.database.query('SELECT 1 FROM event_keys_current LIMIT 1')).toHaveLength(0);
  });
});
