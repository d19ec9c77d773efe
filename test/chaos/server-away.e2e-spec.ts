import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JournalService } from '../../src/modules/devices/journal/journal.service.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { FakeClock } from '../support/fake-clock.js';
import { passTime, turnsIn } from '../support/passing-time.js';

const minuteMs = 60_000;
const awayMs = 2 * 60 * minuteMs;
/** Of these intervals in minutes the fleet is made; each device sends half a minute before its own ends, as time here moves in steps. */
const intervals = [2, 5, 15, 30];
const fleetSize = chaosSize('CHAOS_DEVICES', { short: 1_000, full: 10_000 });

interface FleetDevice {
  id: string;
  minutes: number;
  sendsAtMs: number;
  /** Broken while the server was away: it never sends again. */
  isDead: boolean;
}

/** R15: the server is away for two hours and comes back, and no device is called offline for what was our own fault. */
describe('a server that was away for two hours', () => {
  const clock = new FakeClock();
  const chance = new Chance('server away');
  let database: TestDatabase;
  let app: TestApp;
  let tenantId: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    app = await startTestApp({ clock, database, settings: { role: 'api' } });
    tenantId = (await app.signUp()).tenantId;
  });
  afterEach(async () => {
    await app.close();
    await database.drop();
  });

  const send = async (devices: readonly FleetDevice[]): Promise<void> => {
    const nowMs = clock.nowMs();
    const events = devices.map(({ id }) => ({
      ...{ tenantId, source: 'test', devEui: '', deviceId: id, event: 'telemetry', timeMs: nowMs, receivedAtMs: nowMs },
      ...{ fCnt: null, fPort: null, deduplicationId: null, body: Buffer.from('{}'), error: null },
    }));
    await app.app.get(JournalService, { strict: false }).append(events);
  };
  const sendDue = async (fleet: readonly FleetDevice[]): Promise<void> => {
    const due = fleet.filter(({ sendsAtMs, isDead }) => !isDead && sendsAtMs <= clock.nowMs());
    await send(due);
    for (const device of due) device.sendsAtMs += rhythmOf(device);
  };
  const live = async (fleet: readonly FleetDevice[], ms: number): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 10_000) {
      await sendDue(fleet);
      await passTime(app, clock, 10_000);
    }
  };

  it('calls nobody offline who is not, and everybody who is once its interval is over again', async () => {
    const fleet: FleetDevice[] = Array.from({ length: fleetSize }, (_, n) => {
      const minutes = intervals[n % intervals.length] ?? 1;
      const sendsAtMs = clock.nowMs() + chance.next() * minutes * minuteMs;
      return { id: newId(clock.nowMs()), minutes, sendsAtMs, isDead: false };
    });
    await register(database, tenantId, fleet);
    await send(fleet);
    await live(fleet, 10 * minuteMs);
    await app.close();
    const awayTurns = await turnsIn(database);
    expect(awayTurns.filter(({ to }) => to === 'offline')).toEqual([]);

    clock.advance(awayMs);
    fleet.forEach((device, n) => {
      device.isDead = n % 20 === 0;
      // What it sent meanwhile was lost; its rhythm is its own.
      while (device.sendsAtMs < clock.nowMs()) device.sendsAtMs += rhythmOf(device);
    });
    app = await startTestApp({ clock, database, settings: { role: 'api' } });
    await live(fleet, Math.max(...intervals) * minuteMs + 30_000);

    const late = (await turnsIn(database)).filter(({ to }) => to === 'offline');
    const dead = fleet.filter(({ isDead }) => isDead);
    printChaosRow({
      scenario: 'R15 server away',
      ...{ sent: fleet.length, answered: fleet.length, stored: fleet.length, runs: 0, delivered: 0, duplicates: 0 },
      lost: late.length - dead.length,
      more: { devices: fleet.length, dead: dead.length, offline: late.length },
    });
    expect(late.map(({ device_id }) => device_id).sort()).toEqual(dead.map(({ id }) => id).sort());
  }, 600_000);
});

function rhythmOf({ minutes }: FleetDevice): number {
  return minutes * minuteMs - 30_000;
}

async function register(database: TestDatabase, tenantId: string, fleet: readonly FleetDevice[]): Promise<void> {
  await database.query(
    `INSERT INTO devices (id, tenant_id, name, expected_transmit_time)
     SELECT id, $3, 'one of a fleet', minutes FROM unnest($1::uuid[], $2::int[]) AS given (id, minutes)`,
    [fleet.map(({ id }) => id), fleet.map(({ minutes }) => minutes), tenantId],
  );
  await database.query(
    'INSERT INTO device_state (device_id, tenant_id) SELECT id, $1 FROM devices WHERE tenant_id = $1',
    [tenantId],
  );
}
