import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';
import { SavedSteps, WorkerWatch } from '../support/chaos/worker-watch.js';
import type { ServerProcess } from '../support/server-process.js';

const kills = chaosSize('CHAOS_KILLS', { short: 2, full: 50 });
const perSecond = chaosSize('CHAOS_RATE', { short: 30, full: 50 });
/** Comes at once before each kill: what was held by chance must not take long to be cleared. */
const burst = chaosSize('CHAOS_BURST', { short: 150, full: 300 });
/** What the promise says: a killed worker delays its work by no more. */
const promisedMs = 15_000;

describe('workers that are killed at random under load', () => {
  let scene: ChaosScene;
  let flow: SceneFlow;
  let api: { url: string };
  const chance = new Chance('workers killed');

  beforeAll(async () => {
    scene = await ChaosScene.open();
    flow = await scene.aFlow({ scheduleMs: [0, 200, 500, 1_000, 2_000] });
    api = { url: await scene.app.listen() };
    // Some answer before the run is saved, some long after: kills come upon both.
    flow.sink.answerAlways((_, response) => {
      setTimeout(() => response.writeHead(200).end(), chance.between(5, 450));
    });
  });
  afterAll(() => scene.close());

  it(
    'lose no event and no run, run no saved step again, and send again no more than was under way',
    async () => {
      const watch = new WorkerWatch(scene.app.database);
      const saved = new SavedSteps(scene.app.database);
      const workers = await Promise.all([scene.start('worker'), scene.start('worker')]);
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      let underWay = 0;
      const delays: Promise<number>[] = [];
      for (let kill = 0; kill < kills; kill += 1) {
        await delay(chance.between(200, 1_500));
        const place = chance.between(0, workers.length - 1);
        const victim = workers[place] as ServerProcess;
        const workerId = await watch.idOf(victim);
        void network.sendMany(burst);
        await watch.untilBusy(workerId, { jobs: 20, more: () => void network.sendMany(burst) });
        await victim.kill();
        const killedAtMs = performance.now();
        const [held] = await Promise.all([watch.heldBy(workerId), saved.remember()]);
        underWay += held.jobIds.length;
        delays.push(watch.untilElsewhere(held, killedAtMs));
        workers[place] = await scene.start('worker');
      }
      await network.stop();
      const delaysMs = (await Promise.all(delays)).sort((one, other) => one - other);
      const delayMs = delaysMs.at(-1) ?? 0;
      const seconds = (ms = 0): string => (ms / 1_000).toFixed(1);
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      printChaosRow({
        scenario: 'R1 R5 workers killed',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length + faults.missedRuns.length,
        more: {
          ...{ kills, 'under way at kills': underWay },
          'median delay s': seconds(delaysMs[kills >> 1]),
          'longest delay s': seconds(delayMs),
        },
      });
      expect(faults).toEqual(noFaults);
      expect(network.answered.length).toBe(network.sent.length);
      expect(counts.runs).toBe(network.sent.length);
      expect(await saved.runAgain()).toEqual([]);
      expect(counts.duplicates).toBeLessThanOrEqual(underWay);
      if (isFullChaos) expect(delayMs).toBeLessThanOrEqual(promisedMs);
    },
    120_000 + kills * 10_000,
  );
});
