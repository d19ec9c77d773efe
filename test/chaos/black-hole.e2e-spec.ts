import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';
import { eventually } from '../support/eventually.js';
import type { ServerProcess } from '../support/server-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const silentMs = chaosSize('CHAOS_BLACK_HOLE_S', { short: 6, full: 20 }) * 1_000;
const perSecond = 50;
/** Longest look-back of what a lost answer may have leased, and what waits behind it. */
const workAgainMs = 45_000;

describe('a network that swallows everything on the way to the database', () => {
  let scene: ChaosScene;
  let flows: Record<'heals' | 'forgets', SceneFlow>;
  let proxy: TcpProxy;
  let api: ServerProcess;

  beforeAll(async () => {
    scene = await ChaosScene.open();
    flows = { heals: await scene.aFlow(), forgets: await scene.aFlow() };
    const through = await TcpProxy.inFrontOf(scene.app.database.url);
    proxy = through.proxy;
    [api] = await Promise.all([
      scene.start('api', { DATABASE_URL: through.url }),
      scene.start('worker', { DATABASE_URL: through.url }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await proxy.close();
  });

  it.each([
    ['heals', 'and lets it arrive in the end', () => proxy.heal()],
    [
      'forgets',
      'and forgets the connections',
      () => {
        proxy.forget();
      },
    ],
  ] as const)(
    '%s: nobody waits for long, nothing is lost, and everybody works again by himself (%s)',
    async (how, _, end) => {
      const flow = flows[how];
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      await eventually(
        () => Promise.resolve(network.answered.length > perSecond ? true : undefined),
        'a second of answers',
      );
      proxy.swallow();
      await delay(silentMs);
      const health = await api.http('GET', '/api/health');
      const ready = await api.http('GET', '/health/ready');
      await end();
      const healedAtMs = performance.now();
      await delay(1_000);
      await network.stop();
      await eventually(async () => {
        const { body } = await api.http('GET', '/api/health');
        return (body as { status: string }).status === 'healthy' ? true : undefined;
      }, 'an empty spool');
      const drainedMs = Math.round(performance.now() - healedAtMs);
      await flow.oracle.queueIsEmpty(workAgainMs);
      const workedMs = Math.round(performance.now() - healedAtMs);
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const slowestMs = Math.round(Math.max(...network.sent.flatMap(({ posts }) => posts.map(({ tookMs }) => tookMs))));
      printChaosRow({
        scenario: `R12 black hole that ${how}`,
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: network.sent.length - counts.stored,
        more: {
          'silent s': silentMs / 1_000,
          'slowest ms': slowestMs,
          'drained ms': drainedMs,
          'worked off ms': workedMs,
        },
      });
      expect(health.body).toMatchObject({ status: 'degraded', spool: { records: expect.any(Number) } });
      expect(ready.status).toBe(200);
      expect(faults).toEqual(noFaults);
      expect(counts.stored).toBe(network.sent.length);
      expect(slowestMs).toBeLessThan(4_500);
      expect(drainedMs).toBeLessThan(15_000);
    },
    silentMs + 180_000,
  );
});
