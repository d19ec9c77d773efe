import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';
import { noFaults, type Faults } from '../support/chaos/oracle.js';
import { SavedSteps, WorkerWatch } from '../support/chaos/worker-watch.js';
import { eventually } from '../support/eventually.js';
import type { HttpSink } from '../support/http-sink.js';
import type { ServerProcess } from '../support/server-process.js';

const perSecond = chaosSize('CHAOS_RATE', { short: 30, full: 50 });
const stops = chaosSize('CHAOS_STOPS', { short: 1, full: 5 });
/** Just longer than a lease, and in full as long as the promise says. */
const suspensions = isFullChaos ? [12, 60] : [12];
const exitMs = 10_000;

describe('workers that are stopped under load', () => {
  let scene: ChaosScene;
  let api: { url: string };
  let watch: WorkerWatch;
  let flow: SceneFlow;
  const chance = new Chance('workers stopped');

  beforeAll(async () => {
    scene = await ChaosScene.open();
    api = { url: await scene.app.listen() };
    watch = new WorkerWatch(scene.app.database);
  });
  beforeEach(async () => {
    flow = await scene.aFlow({ scheduleMs: [0, 200, 500, 1_000, 2_000], timeoutMs: 30_000 });
  });
  afterAll(() => scene.close());

  const lostOf = (faults: Faults) => faults.lostEvents.length + faults.missedRuns.length;

  it(
    'drain on SIGTERM within ten seconds: nothing is lost, no lease is left, and nothing is suspected',
    async () => {
      // Some outlast the drain: they are broken off there and made again elsewhere under the same ids.
      const slow = new SlowOnes(flow.sink, chance);
      let [stopping, other] = await Promise.all([scene.start('worker'), scene.start('worker')]);
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      const exits: { code: number | null; tookMs: number; leases: unknown[]; held: string[] }[] = [];
      for (let stop = 0; stop < stops; stop += 1) {
        const workerId = await watch.idOf(stopping);
        await slow.until(async (ids) => {
          const { jobIds } = await watch.heldBy(workerId);
          return jobIds.filter((id) => ids.includes(id)).length >= 2;
        });
        const startedAtMs = performance.now();
        const code = await stopping.stop();
        const tookMs = performance.now() - startedAtMs;
        const leases = await scene.app.database.query('SELECT id FROM workers WHERE id = $1', [workerId]);
        exits.push({ code, tookMs, leases, held: (await watch.heldBy(workerId)).jobIds });
        [stopping, other] = [other, stop + 1 < stops ? await scene.start('worker') : other];
      }
      await network.stop();
      slow.answer();
      const suspects = await scene.app.database.query('SELECT id FROM jobs WHERE crashes > 0');
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const slowestMs = Math.max(...exits.map(({ tookMs }) => tookMs));
      printChaosRow({
        scenario: 'R13 SIGTERM',
        ...{ sent: network.sent.length, answered: network.answered.length },
        ...counts,
        lost: lostOf(faults),
        more: { stops, 'slowest exit s': (slowestMs / 1_000).toFixed(1) },
      });
      expect(faults).toEqual(noFaults);
      expect(counts.runs).toBe(network.sent.length);
      expect(exits.map(({ code, leases, held }) => ({ code, leases, held }))).toEqual(
        exits.map(() => ({ code: 0, leases: [], held: [] })),
      );
      expect(suspects).toEqual([]);
      if (isFullChaos) expect(slowestMs).toBeLessThanOrEqual(exitMs);
      await Promise.all([stopping.stop(), other.stop()]);
    },
    60_000 + stops * 15_000,
  );

  it.each(suspensions)(
    'write nothing from a lease that ran out while they were suspended for %d s, and work again',
    async (seconds) => {
      const again = new SecondAttempts(flow.sink);
      const saved = new SavedSteps(scene.app.database);
      const [sleeper, other] = await Promise.all([scene.start('worker'), scene.start('worker')]);
      const network = flow.networkTo(() => [api]);
      network.start(perSecond);
      const staleId = await watch.idOf(sleeper);
      await watch.untilBusy(staleId, { jobs: 3, kind: 'deliver' });
      sleeper.suspend();
      // What it has sent is sent again elsewhere, and that is under way when it awakes and has its own answers.
      const isMet = seconds === suspensions[0];
      if (isMet) again.hold();
      const held = await watch.heldBy(staleId);
      await Promise.all([delay(seconds * 1_000), watch.untilElsewhere(held)]);
      const taken = await leasesOf(held.jobIds);
      await saved.remember();
      const before = await endsOf(flow);
      sleeper.resume();
      const newId = await againAtWork(sleeper, staleId);
      const leases = await leasesOf(held.jobIds);
      again.answer();
      await network.stop();
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      printChaosRow({
        scenario: `R6 suspended ${seconds} s`,
        ...{ sent: network.sent.length, answered: network.answered.length },
        ...counts,
        lost: lostOf(faults),
        more: { 'held by the stale lease': held.jobIds.length, 'under way elsewhere': taken.length },
      });
      if (isMet) expect(taken.length).toBeGreaterThan(0);
      expect(leases).toEqual(taken);
      expect(newId).not.toBe(staleId);
      expect(faults).toEqual(noFaults);
      expect(counts.runs).toBe(network.sent.length);
      expect(await saved.runAgain()).toEqual([]);
      expect(await endsOf(flow)).toEqual(expect.arrayContaining(before));
      expect(sleeper.log).not.toContain('cannot be stored');
      expect(counts.duplicates).toBeLessThanOrEqual(held.jobIds.length);
      await Promise.all([sleeper.stop(), other.stop()]);
    },
    200_000,
  );

  /** It has a new lease and holds jobs under it. */
  async function againAtWork(server: ServerProcess, staleId: string): Promise<string> {
    const id = await eventually(async () => {
      const current = await watch.idOf(server);
      return current === staleId ? undefined : current;
    }, 'a new lease');
    await watch.untilBusy(id);
    return id;
  }

  /** Who holds which of these jobs now. */
  function leasesOf(jobIds: string[]): Promise<unknown[]> {
    return scene.app.database.query(
      `SELECT id, lease_token FROM jobs WHERE id = ANY ($1::uuid[]) AND lease_token IS NOT NULL ORDER BY id`,
      [jobIds],
    );
  }

  function endsOf({ flowId }: SceneFlow): Promise<unknown[]> {
    return scene.app.database.query(
      `SELECT id, status, finished_at::text, attempts FROM deliveries WHERE flow_id = $1 ORDER BY id`,
      [flowId],
    );
  }
});

/** A sink that answers soon, but lets some of the first attempts hang for as long as a test wants more of them. */
class SlowOnes {
  private readonly seen = new Set<string>();
  private readonly hanging: { id: string; answer: () => void }[] = [];
  private areWanted = false;

  constructor(sink: HttpSink, chance: Chance) {
    sink.answerAlways(({ headers }, response) => {
      const id = String(headers['webhook-id']);
      const hangs = this.areWanted && !this.seen.has(id) && chance.between(1, 4) === 1;
      this.seen.add(id);
      const answer = (): void => {
        response.writeHead(200).end();
      };
      if (hangs) this.hanging.push({ id, answer });
      else setTimeout(answer, chance.between(5, 400));
    });
  }

  async until(holds: (ids: readonly string[]) => Promise<boolean>): Promise<void> {
    this.areWanted = true;
    const ids = (): string[] => this.hanging.map(({ id }) => id);
    await eventually(async () => ((await holds(ids())) ? true : undefined), 'some that hang');
    this.areWanted = false;
  }

  answer(): void {
    this.hanging.splice(0).forEach(({ answer }) => {
      answer();
    });
  }
}

/** A sink that takes a while; while it holds, what comes for the second time is not answered. */
class SecondAttempts {
  private readonly seen = new Set<string>();
  private readonly held: (() => void)[] = [];
  private isHolding = false;

  constructor(sink: HttpSink) {
    sink.answerAlways((request, response) => {
      const id = String(request.headers['webhook-id']);
      const answer = (): void => {
        response.writeHead(200).end();
      };
      if (this.isHolding && this.seen.has(id)) this.held.push(answer);
      else setTimeout(answer, 1_200);
      this.seen.add(id);
    });
  }

  hold(): void {
    this.isHolding = true;
  }

  answer(): void {
    this.isHolding = false;
    this.held.splice(0).forEach((answer) => {
      answer();
    });
  }
}
