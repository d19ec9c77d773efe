import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdmissionGate } from '../../src/core/http/admission/admission-gate.js';
import { JournalStore } from '../../src/modules/devices/journal/journal-store.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { TenantWorld } from '../support/tenant-world.js';
import { anUplink } from '../support/uplinks.js';

/** More than are answered in half a second while nothing is known of the house. */
const rush = 1_200;

/** A store that takes nothing until it is let go: the slowest there can be, whatever the machine. */
class HeldStore {
  letGo: () => void = () => undefined;

  constructor(store: JournalStore) {
    const store_ = store.store.bind(store);
    const held = new Promise<void>((resolve) => {
      this.letGo = resolve;
    });
    store.store = async (rows, deadlineMs) => {
      await held;
      return store_(rows, deadlineMs);
    };
  }
}

describe('more messages than can be taken', () => {
  let app: TestApp;
  let world: TenantWorld;
  let devEui: string;

  beforeAll(async () => {
    app = await startTestApp({ settings: { role: 'api' } });
    // How busy this thread is depends on the machine, and is the gate's own spec's affair.
    app.app.get(AdmissionGate).onApplicationShutdown();
    world = await TenantWorld.create(app);
    devEui = (await world.aDevice()).dev_eui;
  });
  afterAll(() => app.close());

  const post = () =>
    app.http('POST', '/api/v1/ingest/chirpstack?event=up', {
      headers: { authorization: `Bearer ${world.ingestKey}` },
      body: anUplink(devEui),
    });

  it('are refused at once and told when to come again; the others are stored, and later ones are taken', async () => {
    await world.post(devEui);
    const store = new HeldStore(app.app.get(JournalStore, { strict: false }));
    const refused: TestAnswer[] = [];
    let isHeld = true;
    const answers = Array.from({ length: rush }, async () => {
      const answer = await post();
      if (isHeld) refused.push(answer);
      if (refused.length === rush - 1_001) store.letGo();
      return answer;
    });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    isHeld = false;

    expect(statuses.filter((status) => status === 202)).toHaveLength(1_001);
    expect(refused.filter(({ status }) => status === 503)).toHaveLength(rush - 1_001);
    expect(refused[0]).toMatchObject({
      status: 503,
      body: { code: 'http.overloaded' },
      headers: { 'retry-after': '1' },
    });
    const stored = await app.database.query(`SELECT id FROM device_events WHERE event = 'up'`);
    expect(stored).toHaveLength(1_002);
    expect((await world.post(devEui)).duplicate).toBe(false);
  });

  it('hold up nobody who asks for something else', async () => {
    expect((await app.http('GET', '/api/v1/devices', { token: world.token })).status).toBe(200);
  });
});
