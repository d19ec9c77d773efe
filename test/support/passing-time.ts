import { unpack } from '../../src/core/packing/packed.js';
import { IntakeBeat } from '../../src/modules/devices/journal/intake/intake-beat.js';
import { StatusSweeper } from '../../src/modules/devices/status/status-sweeper.js';
import type { Body, TestApp } from './app.js';
import type { TestDatabase } from './database.js';
import type { FakeClock } from './fake-clock.js';

/** Less than the time without a beat in which a process counts as having stood still. */
const stepMs = 10_000;

/** Time passes while the server runs: it says every few seconds that it takes messages, and looks for late devices. */
export async function passTime(app: TestApp, clock: FakeClock, ms: number, { sweeps = true } = {}): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    clock.advance(Math.min(stepMs, leftMs));
    await app.app.get(IntakeBeat, { strict: false }).beat();
    if (sweeps) await app.app.get(StatusSweeper, { strict: false }).sweep();
  }
}

export interface Turn {
  device_id: string;
  from: string;
  to: string;
  reason: string;
  [more: string]: Body;
}

/** The turns of these devices or of all, oldest first, each with its device. */
export async function turnsIn(database: TestDatabase, deviceIds?: readonly string[]): Promise<Turn[]> {
  const rows = await database.query<{ device_id: string; body: Buffer }>(
    `SELECT device_id, body FROM device_events
     WHERE event = 'status_change' AND ($1::uuid[] IS NULL OR device_id = ANY ($1)) ORDER BY id`,
    [deviceIds ?? null],
  );
  return rows.map(({ device_id, body }) => ({ device_id, ...JSON.parse(unpack(body).toString()) }));
}
