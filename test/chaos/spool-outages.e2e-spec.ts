import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import type { ChirpStackSimulator, Post } from '../support/chaos/chirpstack-simulator.js';
import { noFaults } from '../support/chaos/oracle.js';
import { eventually } from '../support/eventually.js';
import type { ServerProcess } from '../support/server-process.js';
import { StoppablePostgres } from '../support/stoppable-postgres.js';

const stops = chaosSize('CHAOS_STOPS', { short: 3, full: 10 });
const awayMs = chaosSize('CHAOS_AWAY_S', { short: 3, full: 30 }) * 1_000;
const perSecond = 50;

describe('servers whose PostgreSQL goes away', () => {
  const chance = new Chance('database stopped');
  let postgres: StoppablePostgres;
  let scene: ChaosScene;
  let flows: Record<'stopped' | 'away', SceneFlow>;
  let api: ServerProcess;

  beforeAll(async () => {
    postgres = await StoppablePostgres.start();
    scene = await ChaosScene.open(postgres);
    // Before the worker, which otherwise would hear of them a second later.
    flows = { stopped: await scene.aFlow(), away: await scene.aFlow() };
    [api] = await Promise.all([scene.start('api'), scene.start('worker')]);
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await postgres.drop();
  });

  const spoolDepth = async (): Promise<number> => {
    const { body } = await api.http('GET', '/api/health');
    return (body as { spool?: { records: number } }).spool?.records ?? 0;
  };
  const emptySpool = () => eventually(async () => ((await spoolDepth()) === 0 ? true : undefined), 'an empty spool');
  const postsOf = (network: ChirpStackSimulator): Post[] => network.sent.flatMap(({ posts }) => posts);
  const slowestMs = (network: ChirpStackSimulator) =>
    Math.round(Math.max(...postsOf(network).map(({ tookMs }) => tookMs)));
  /** The next message that goes into the database itself. */
  const storesAgain = (network: ChirpStackSimulator) => {
    const before = network.sent.length;
    const isStored = ({ status, body }: Post) => status === 202 && body?.spooled !== true;
    return eventually(
      () => Promise.resolve(network.sent.slice(before).some(({ posts }) => posts.some(isStored)) ? true : undefined),
      'a message that is not spooled',
    );
  };
  const judged = async (flow: SceneFlow, network: ChirpStackSimulator) => {
    await network.stop();
    await emptySpool();
    await flow.oracle.queueIsEmpty();
    return flow.oracle.judge(network.answeredEventIds);
  };

  it(
    'lose nothing that they answered when it is stopped in mid-statement, and store again within two seconds',
    async () => {
      const flow = flows.stopped;
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      await storesAgain(network);
      const backAfterMs: number[] = [];
      for (let stop = 0; stop < stops; stop += 1) {
        await postgres.stop();
        await delay(chance.between(200, 800));
        await postgres.goOn();
        const upAtMs = performance.now();
        await storesAgain(network);
        backAfterMs.push(Math.round(performance.now() - upAtMs));
        await delay(chance.between(0, 500));
      }
      const { counts, faults } = await judged(flow, network);
      printChaosRow({
        scenario: 'R3 database stopped',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length,
        more: { stops, 'back after ms': Math.max(...backAfterMs), 'slowest ms': slowestMs(network) },
      });
      expect(faults).toEqual(noFaults);
      expect(network.answered).toHaveLength(network.sent.length);
      expect(counts.stored).toBe(network.sent.length);
      expect(Math.max(...backAfterMs)).toBeLessThanOrEqual(2_000);
      expect(slowestMs(network)).toBeLessThan(4_500);
    },
    stops * 10_000 + 120_000,
  );

  it(
    'lose nothing that was sent while it is away, and have brought it in ten seconds later',
    async () => {
      const flow = flows.away;
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      await storesAgain(network);
      await postgres.stop();
      await delay(awayMs);
      const spooled = await spoolDepth();
      await postgres.goOn();
      const upAtMs = performance.now();
      await emptySpool();
      const drainedMs = Math.round(performance.now() - upAtMs);
      const { counts, faults } = await judged(flow, network);
      printChaosRow({
        scenario: 'R4 database away',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: network.sent.length - counts.stored,
        more: { 'away s': awayMs / 1_000, spooled, 'drained ms': drainedMs, 'slowest ms': slowestMs(network) },
      });
      expect(faults).toEqual(noFaults);
      expect(counts.stored).toBe(network.sent.length);
      expect(spooled).toBeGreaterThan((awayMs / 1_000) * perSecond * 0.5);
      expect(drainedMs).toBeLessThan(10_000);
      expect(slowestMs(network)).toBeLessThan(4_500);
    },
    awayMs + 120_000,
  );
});
