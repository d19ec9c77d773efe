import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestApp, type TestApp } from '../support/app.js';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';

const kills = chaosSize('CHAOS_KILLS', { short: 2, full: 50 });
const perSecond = chaosSize('CHAOS_RATE', { short: 50, full: 100 });

describe('an API process that is killed at random under load', () => {
  let scene: ChaosScene;
  let flow: SceneFlow;
  let worker: TestApp;
  const chance = new Chance('api killed');

  beforeAll(async () => {
    scene = await ChaosScene.open();
    [flow, worker] = await Promise.all([
      scene.aFlow(),
      startTestApp({ settings: { role: 'worker' }, database: scene.app.database }),
    ]);
  });
  afterAll(async () => {
    await worker.close();
    await scene.close();
  });

  it(
    'loses nothing that it answered, and each of it runs once',
    async () => {
      let api = await scene.start('api');
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      for (let kill = 0; kill < kills; kill += 1) {
        await delay(chance.between(300, 2_000));
        await api.kill();
        api = await scene.start('api');
      }
      await delay(300);
      await network.stop();
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const readable = await readableEvents(scene, flow);
      printChaosRow({
        scenario: 'R2 API killed',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length + faults.missedRuns.length,
        more: { kills },
      });
      expect(faults).toEqual(noFaults);
      expect(network.answered.length).toBeGreaterThan(0);
      expect(network.answeredEventIds.filter((id) => !readable.has(id))).toEqual([]);
      expect([counts.runs, counts.delivered, counts.duplicates]).toEqual([counts.stored, counts.stored, 0]);
    },
    60_000 + kills * 10_000,
  );
});

/** All that the API shows of these devices, page by page. */
async function readableEvents(scene: ChaosScene, flow: SceneFlow): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const device of flow.devices) {
    let url: string | undefined = `/api/v1/devices/${device.id}/history?limit=1000`;
    while (url !== undefined) {
      const page = await scene.app.http('GET', url, { token: scene.world.token });
      for (const event of page.body) ids.add(String(event.id));
      const next = /<([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
      url =
        next === undefined
          ? undefined
          : new URL(next, 'http://localhost').pathname + new URL(next, 'http://localhost').search;
    }
  }
  return ids;
}
