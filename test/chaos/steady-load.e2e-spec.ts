import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';
import type { ServerProcess } from '../support/server-process.js';
import { anUplink } from '../support/uplinks.js';

const seconds = chaosSize('CHAOS_SECONDS', { short: 3, full: 60 });
const copiedEvents = chaosSize('CHAOS_COPIED', { short: 40, full: 1_000 });
const shuffledEvents = chaosSize('CHAOS_SHUFFLED', { short: 60, full: 1_000 });
const perSecond = 200;
const copies = 5;

describe('one server under a steady load', () => {
  let scene: ChaosScene;
  let server: ServerProcess;
  let steady: SceneFlow;
  let copied: SceneFlow;
  let shuffled: SceneFlow;

  beforeAll(async () => {
    scene = await ChaosScene.open();
    // Before the server: it would hear of a flow made elsewhere within a second, and the load does not wait.
    [steady, copied, shuffled] = [await scene.aFlow(), await scene.aFlow(), await scene.aFlow({ devices: 1 })];
    server = await scene.start('all');
  });
  afterAll(() => scene.close());

  const post = (bearer: string, body: unknown) =>
    server.http('POST', '/api/v1/ingest/chirpstack?event=up', { bearer, body });

  /** All at once; what is told that it is too much at once is sent again. Answers the events' ids. */
  async function untilTaken(uplinks: readonly unknown[]): Promise<string[]> {
    const answers = await Promise.all(uplinks.map((uplink) => post(scene.world.ingestKey, uplink)));
    expect(new Set([202, 503, ...answers.map(({ status }) => status)]).size).toBe(2);
    const taken = answers
      .filter(({ status }) => status === 202)
      .map(({ body }) => (body as { event_id: string }).event_id);
    const refused = uplinks.filter((_, index) => answers[index]?.status === 503);
    return refused.length === 0 ? taken : [...taken, ...(await untilTaken(refused))];
  }

  it(
    'answers 200 events a second long before ChirpStack gives up',
    async () => {
      const flow = steady;
      const network = flow.networkTo(() => [server]);
      network.start(perSecond);
      await delay(seconds * 1_000);
      await network.stop();
      await flow.oracle.queueIsEmpty();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const tookMs = network.sent.flatMap((event) => event.posts.map((made) => made.tookMs)).sort((a, b) => a - b);
      const at = (share: number) => Math.round(tookMs[Math.floor((tookMs.length - 1) * share)] ?? Number.NaN);
      printChaosRow({
        scenario: 'R7 steady load',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length + faults.missedRuns.length,
        more: { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) },
      });
      expect(faults).toEqual(noFaults);
      expect(network.answered).toHaveLength(network.sent.length);
      if (isFullChaos) expect([at(0.99) <= 100, at(1) < 4_500]).toEqual([true, true]);
    },
    60_000 + seconds * 2_000,
  );

  it('takes each of many events once, though all come five times at once', async () => {
    const flow = copied;
    const uplinks = Array.from({ length: copiedEvents }, (_, fCnt) => anUplink(deviceAt(flow, fCnt), { fCnt }));
    const answers = [];
    for (const uplink of uplinks) {
      const five = Array.from({ length: copies }, () => post(scene.world.ingestKey, uplink));
      answers.push(...(await Promise.all(five)));
    }
    await flow.oracle.queueIsEmpty();
    const ids = answers.map(({ body }) => (body as { event_id: string }).event_id);
    const { counts, faults } = await flow.oracle.judge(ids);
    printChaosRow({
      scenario: 'R8 five copies',
      sent: answers.length,
      answered: answers.filter((given) => given.status === 202).length,
      ...counts,
      lost: faults.lostEvents.length + faults.missedRuns.length,
    });
    expect(faults).toEqual(noFaults);
    expect([counts.stored, counts.runs, counts.duplicates]).toEqual([copiedEvents, copiedEvents, 0]);
  }, 120_000);

  it('keeps the newest of each key, in whatever order a device’s events come', async () => {
    const flow = shuffled;
    const chance = new Chance('shuffled');
    const startMs = Date.now() - shuffledEvents * 1_000;
    const uplinks = Array.from({ length: shuffledEvents }, (_, fCnt) =>
      anUplink(deviceAt(flow, 0), {
        fCnt,
        // Every third has the time of the one before it, so that the counter decides.
        time: new Date(startMs + (fCnt - (fCnt % 3 === 2 ? 1 : 0)) * 1_000).toISOString(),
        object: { every: fCnt, [`port${fCnt % 4}`]: fCnt },
      }),
    );
    const inAnyOrder = uplinks.map((uplink) => ({ uplink, at: chance.next() })).sort((a, b) => a.at - b.at);
    const ids = await untilTaken(inAnyOrder.map(({ uplink }) => uplink));
    await flow.oracle.queueIsEmpty();
    const device = await scene.world.get(`/api/v1/devices/${flow.devices[0]?.id ?? ''}`);
    const last = shuffledEvents - 1;
    const newestOf = (port: number) => last - ((last - port + 4) % 4);
    const { counts, faults } = await flow.oracle.judge(ids);
    printChaosRow({
      scenario: 'R9 shuffled',
      sent: shuffledEvents,
      answered: ids.length,
      ...counts,
      lost: faults.lostEvents.length + faults.missedRuns.length,
    });
    expect([faults, counts.stored]).toEqual([noFaults, shuffledEvents]);
    expect(device.latest).toEqual({
      every: last,
      port0: newestOf(0),
      port1: newestOf(1),
      port2: newestOf(2),
      port3: newestOf(3),
    });
  }, 120_000);
});

function deviceAt(flow: SceneFlow, index: number): string {
  const device = flow.devices[index % flow.devices.length];
  if (device === undefined) throw new Error('the flow has no devices');
  return device.dev_eui;
}
