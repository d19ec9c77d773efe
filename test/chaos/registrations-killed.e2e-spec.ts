import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { LossyRoad } from '../support/field/lossy-road.js';
import { SimulatedAgent } from '../support/field/simulated-agent.js';
import { SimulatedEsp32 } from '../support/field/simulated-esp32.js';

const kills = chaosSize('CHAOS_KILLS', { short: 2, full: 50 });
/** Agents and boards that come one after the other, each of so many beside the others. */
const queues = 3;

interface Provisioned {
  id: string;
  event: 'device_claimed' | 'device_registered';
}

describe('a server that is killed at random while devices register and claim', () => {
  let scene: ChaosScene;
  let road: LossyRoad;
  let target = '';
  const chance = new Chance('registrations killed');

  beforeAll(async () => {
    scene = await ChaosScene.open();
    road = await LossyRoad.to(() => target, { losesAnswers: false });
  });
  afterAll(async () => {
    await road.close();
    await scene.close();
  });

  it(
    'leaves each of them with one key, and tells of each once',
    async () => {
      const { app, world } = scene;
      let api = await scene.start('api');
      target = api.url;
      const body = { name: 'a fleet' };
      const fleet = await app.http('POST', '/api/v1/provisioning-keys', { token: world.token, body });
      const provisioned: Provisioned[] = [];
      let isOver = false;

      const anAgent = async (): Promise<Provisioned> => {
        const agent = new SimulatedAgent(road.url, { provisioningKey: fleet.body.key });
        await agent.boot();
        await agent.measure(`${road.url}/gateway/device-data/ingest`, { temperature: 21 });
        return { id: agent.flash.deviceId?.slice(4) ?? '', event: 'device_registered' };
      };
      const aBoard = async (): Promise<Provisioned> => {
        const { id } = await world.aDevice();
        const url = `/gateway/devices/${id}/provision`;
        const issued = await app.http('POST', url, { token: world.token, body: {} });
        const board = new SimulatedEsp32(road.url, { token: issued.body.token });
        await board.boot();
        await board.measure({ kwh: 1 });
        return { id, event: 'device_claimed' };
      };
      const comeOneByOne = async (next: () => Promise<Provisioned>): Promise<void> => {
        while (!isOver) {
          provisioned.push(await next());
          await delay(chance.between(20, 300));
        }
      };
      const coming = Array.from({ length: queues }, () => [comeOneByOne(anAgent), comeOneByOne(aBoard)]).flat();

      for (let kill = 0; kill < kills; kill += 1) {
        await delay(chance.between(300, 1_500));
        await api.kill();
        api = await scene.start('api');
        target = api.url;
      }
      isOver = true;
      await Promise.all(coming);

      const faults = await faultsOf(provisioned);
      printChaosRow({
        scenario: 'A5 provisioning killed',
        ...{ sent: provisioned.length, answered: provisioned.length, stored: provisioned.length },
        ...{ runs: 0, delivered: 0, duplicates: faults.length, lost: 0 },
        more: { kills },
      });
      expect(faults).toEqual([]);
      const agents = provisioned.filter(({ event }) => event === 'device_registered');
      expect(agents.length).toBeGreaterThan(0);
      const known = await world.get(`/api/v1/provisioning-keys/${String(fleet.body.id)}`);
      expect(known.devices_used).toBe(agents.length);
      expect(new Set(provisioned.map(({ id }) => id)).size).toBe(provisioned.length);
    },
    60_000 + kills * 10_000,
  );

  /** Devices that do not have exactly one confirmed key, or were told of more or less than once. */
  async function faultsOf(provisioned: readonly Provisioned[]): Promise<unknown[]> {
    return scene.app.database.query(
      `SELECT * FROM (
         SELECT p.id, p.event,
           (SELECT count(*)::int FROM device_keys k WHERE k.device_id = p.id AND k.revoked_at IS NULL) AS keys,
           (SELECT count(*)::int FROM device_keys k
            WHERE k.device_id = p.id AND k.revoked_at IS NULL AND k.confirmed_at IS NOT NULL) AS confirmed,
           (SELECT count(*)::int FROM device_events e WHERE e.device_id = p.id AND e.event = p.event) AS told
         FROM unnest($1::uuid[], $2::text[]) AS p (id, event)
       ) found WHERE (keys, confirmed, told) <> (1, 1, 1)`,
      [provisioned.map(({ id }) => id), provisioned.map(({ event }) => event)],
    );
  }
});
