import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';
import { WorkerWatch } from '../support/chaos/worker-watch.js';

const perSecond = chaosSize('CHAOS_RATE', { short: 50, full: 100 });
const stops = chaosSize('CHAOS_STOPS', { short: 1, full: 5 });
const exitMs = 10_000;

/** One process that does everything, as most people run it: requests and jobs are under way when it is asked to end. */
describe('a whole server that is asked to end under load', () => {
  let scene: ChaosScene;
  let flow: SceneFlow;
  const chance = new Chance('servers stopped');

  beforeAll(async () => {
    scene = await ChaosScene.open();
    flow = await scene.aFlow({ scheduleMs: [0, 200, 500, 1_000, 2_000] });
  });
  afterAll(() => scene.close());

  it(
    'answers what it has taken, takes more while its jobs drain, and ends in time with code 0',
    async () => {
      flow.sink.answerAlways((_, response) => {
        setTimeout(() => response.writeHead(200).end(), chance.between(5, 2_500));
      });
      const watch = new WorkerWatch(scene.app.database);
      let server = await scene.start('all');
      const network = flow.networkTo(() => [server]);
      network.start(perSecond);
      const exits: { code: number | null; tookMs: number; takenMeanwhile: number }[] = [];
      for (let stop = 0; stop < stops; stop += 1) {
        await watch.untilBusy(await watch.idOf(server), { jobs: 5 });
        const dripping = await aRequestWithoutEnd(server.url);
        await delay(chance.between(100, 1_000));
        const [startedAtMs, sentAtMs] = [performance.now(), Date.now()];
        const code = await server.stop();
        const taken = network.answered.filter((event) => event.sentAtMs > sentAtMs);
        exits.push({ code, tookMs: performance.now() - startedAtMs, takenMeanwhile: taken.length });
        dripping.destroy();
        expect(await scene.app.database.query('SELECT id FROM workers')).toEqual([]);
        expect(await scene.app.database.query('SELECT id FROM jobs WHERE lease_token IS NOT NULL')).toEqual([]);
        server = await scene.start('all');
      }
      await network.stop();
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const slowestMs = Math.max(...exits.map(({ tookMs }) => tookMs));
      printChaosRow({
        scenario: 'R13 SIGTERM, whole server',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length + faults.missedRuns.length,
        more: { stops, 'slowest exit s': (slowestMs / 1_000).toFixed(1) },
      });
      expect(faults).toEqual(noFaults);
      // Whoever was not answered was not taken either.
      expect(counts.stored).toBe(network.answered.length);
      expect(exits.map(({ code }) => code)).toEqual(exits.map(() => 0));
      expect(Math.min(...exits.map(({ takenMeanwhile }) => takenMeanwhile))).toBeGreaterThan(0);
      if (isFullChaos) expect(slowestMs).toBeLessThanOrEqual(exitMs);
    },
    60_000 + stops * 15_000,
  );
});

/** A client that begins a request and never ends it. */
async function aRequestWithoutEnd(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('POST /api/v1/ingest/chirpstack?event=up HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  return socket;
}
