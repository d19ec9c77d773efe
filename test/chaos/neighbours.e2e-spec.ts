import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fillBacklog } from '../support/backlog.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene, type SceneFlow } from '../support/chaos/chaos-scene.js';
import { chaosSize, isFullChaos } from '../support/chaos/chaos-size.js';
import { noFaults } from '../support/chaos/oracle.js';
import { eventually } from '../support/eventually.js';
import { neverAnswer, type HttpSink, type ReceivedRequest } from '../support/http-sink.js';
import type { ServerProcess } from '../support/server-process.js';
import { TenantWorld } from '../support/tenant-world.js';
import { anUplink } from '../support/uplinks.js';

const backlog = chaosSize('CHAOS_BACKLOG', { short: 2_000, full: 100_000 });
const rounds = chaosSize('CHAOS_ROUNDS', { short: 1, full: 5 });
const perRound = chaosSize('CHAOS_PER_ROUND', { short: 40, full: 400 });
const queued = chaosSize('CHAOS_QUEUED', { short: 1_500, full: 10_000 });
const ingest = '/api/v1/ingest/chirpstack?event=up';

/** Every third delivery is refused once, so that its second attempt goes through the queue like those of the backlog. */
const refuseSome = (sink: HttpSink): void => {
  const seen = new Set<unknown>();
  sink.answerAlways((request, response) => {
    const id = request.headers['webhook-id'];
    const { n } = JSON.parse(request.body) as { n: number };
    const isRefused = !seen.has(id) && n % 3 === 0;
    seen.add(id);
    response.writeHead(isRefused ? 503 : 200).end();
  });
};

describe('a destination that is dead', () => {
  /** The same twice, but that in one of them a dead endpoint has a backlog. */
  let burdened: Half;
  let free: Half;

  beforeAll(async () => {
    [burdened, free] = [await half(), await half()];
  }, 120_000);
  afterAll(async () => {
    await Promise.all([burdened.scene.close(), free.scene.close()]);
  });

  it(
    'costs the others nothing, whatever waits for it, and what waits waits on',
    async () => {
      const { scene, flow, server } = burdened;
      const dead = await scene.aFlow();
      dead.sink.answerAlways(neverAnswer);
      await scene.world.app.http('PATCH', `/api/v1/integrations/${dead.integrationId}`, {
        token: scene.world.token,
        body: { config: { timeout_ms: 2_000 } },
      });
      // Once without it: a server that has just started grows by itself.
      await round(burdened);
      const memoryBefore = residentMib(server);
      await fillBacklog(
        scene.app.database,
        {
          tenantId: scene.world.tenantId,
          flowId: dead.flowId,
          integrationId: dead.integrationId,
          deviceId: dead.devices[0]?.id ?? '',
        },
        backlog,
      );
      await dead.sink.received(10, 60_000);
      // While its endpoint hangs, and when it is left alone.
      const first = await round(burdened);
      await blocked(dead);
      const delays = { burdened: [] as number[], free: [] as number[] };
      for (let n = 0; n < rounds; n += 1) {
        delays.free.push(await round(free));
        delays.burdened.push(await round(burdened));
      }
      const memoryMib = residentMib(server) - memoryBefore;
      const { counts, faults } = await flow.oracle.judge([]);
      const [{ waiting } = { waiting: 0 }] = await scene.app.database.query<{ waiting: number }>(
        'SELECT count(*)::int AS waiting FROM waiting_deliveries WHERE destination_id = $1',
        [dead.integrationId],
      );
      const p95 = { burdened: median(delays.burdened), free: median(delays.free) };
      printChaosRow({
        scenario: 'R10 dead destination',
        ...{ sent: perRound * (rounds + 2), answered: perRound * (rounds + 2) },
        ...counts,
        lost:
          faults.lostEvents.length + faults.missedRuns.length + faults.unseenDeliveries.length + (backlog - waiting),
        more: {
          ...{ waiting, 'requests to the dead': dead.sink.requests.length, 'MiB more': memoryMib },
          ...{ 'p95 while hanging': first, 'p95 beside it': p95.burdened, 'p95 without': p95.free },
        },
      });
      expect(faults).toEqual(noFaults);
      expect(counts.delivered).toBe(perRound * (rounds + 2));
      expect(waiting).toBe(backlog);
      expect(dead.sink.requests.length).toBeLessThan(100);
      if (isFullChaos) {
        expect(p95.burdened).toBeLessThanOrEqual(Math.max(p95.free * 1.2, p95.free + 10));
        expect(memoryMib).toBeLessThan(100);
      }
    },
    120_000 + rounds * 120_000,
  );

  async function half(): Promise<Half> {
    const scene = await ChaosScene.open();
    const flow = await scene.aFlow({ scheduleMs: [0, 0, 1_000] });
    refuseSome(flow.sink);
    return { scene, flow, server: await scene.start('all') };
  }

  /** Sends one after the other; answers the 95th percentile of the time from a refused attempt to the next, in ms. */
  async function round({ scene, flow, server }: Half): Promise<number> {
    const before = flow.sink.requests.length;
    for (let n = 0; n < perRound; n += 1) {
      const { status } = await server.http('POST', ingest, {
        bearer: scene.world.ingestKey,
        body: anUplink(flow.devices[n % flow.devices.length]?.dev_eui ?? '', { fCnt: n }),
      });
      expect(status).toBe(202);
    }
    await flow.sink.received(before + perRound, 60_000);
    await ended(scene, flow);
    const attempts = new Map<string, ReceivedRequest[]>();
    for (const request of flow.sink.requests.slice(before)) {
      const id = String(request.headers['webhook-id']);
      attempts.set(id, [...(attempts.get(id) ?? []), request]);
    }
    const delays = [...attempts.values()].flatMap(([one, two]) => (one && two ? [two.atMs - one.atMs] : []));
    // Which ones are refused is decided by their ids: some always are, how many varies.
    expect(delays.length).toBeGreaterThan(0);
    return percentile(delays, 0.95);
  }

  /** What the sink has taken is saved, too. */
  function ended(scene: ChaosScene, { flowId }: SceneFlow): Promise<true> {
    return eventually(async () => {
      const running = await scene.app.database.query(
        `SELECT FROM flow_runs WHERE flow_id = $1 AND status = 'running' LIMIT 1`,
        [flowId],
      );
      return running.length === 0 ? true : undefined;
    }, 'no run that still runs');
  }

  function blocked({ integrationId }: SceneFlow): Promise<true> {
    return eventually(
      async () => {
        const [lane] = await burdened.scene.app.database.query<{ blocked_reason: string | null }>(
          'SELECT blocked_reason FROM lanes WHERE id = $1',
          [integrationId],
        );
        return lane?.blocked_reason === 'breaker' ? true : undefined;
      },
      'a destination that is left alone',
      60_000,
    );
  }
});

describe('a tenant with a long queue', () => {
  let scene: ChaosScene;
  beforeAll(async () => {
    scene = await ChaosScene.open();
  });
  afterAll(() => scene.close());

  it('does not keep another tenant’s one event waiting', async () => {
    const long = await scene.aFlow({ code: 'function process(m) { return { n: m.f_cnt }; }' });
    const other = await TenantWorld.create(scene.app);
    const device = await other.aDevice();
    const http = await other.anIntegration('http', { url: `${long.sink.url}/other` });
    await other.aChain(['device', device.id], ['integration', http.id]);
    const api = await scene.start('api');
    const uplinks = Array.from({ length: queued }, (_, fCnt) =>
      anUplink(long.devices[fCnt % long.devices.length]?.dev_eui ?? '', { fCnt }),
    );
    const post = (bearer: string, body: unknown) => api.http('POST', ingest, { bearer, body });
    const work = async (): Promise<void> => {
      for (let next = uplinks.pop(); next !== undefined; next = uplinks.pop()) await post(scene.world.ingestKey, next);
    };
    await Promise.all(Array.from({ length: 20 }, work));
    await post(other.ingestKey, anUplink(device.dev_eui));
    const [jobs] = await scene.app.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM jobs JOIN device_events e USING (tenant_id, id) WHERE e.event = 'up'`,
    );
    expect(jobs?.count).toBe(queued + 1);

    const startedAtMs = Date.now();
    await scene.start('worker');
    await long.sink.received(queued + 1, 60_000 + queued * 10);
    const place = long.sink.requests.findIndex(({ url }) => url === '/other');
    const waitedMs = (long.sink.requests[place]?.atMs ?? 0) - Math.max(startedAtMs, long.sink.requests[0]?.atMs ?? 0);
    await long.oracle.queueIsEmpty();
    const { counts, faults } = await long.oracle.judge([]);
    printChaosRow({
      scenario: 'R11 long queue of a neighbour',
      ...{ sent: queued + 1, answered: queued + 1, ...counts },
      lost: faults.lostEvents.length + faults.missedRuns.length,
      more: { place, 'ms after the first': waitedMs },
    });
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(300);
    expect(counts.delivered).toBe(queued);
    if (isFullChaos) expect(waitedMs).toBeLessThanOrEqual(1_000);
  }, 180_000);
});

interface Half {
  scene: ChaosScene;
  flow: SceneFlow;
  server: ServerProcess;
}

/** 0 where the system does not tell. */
function residentMib({ pid }: ServerProcess): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

function percentile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b);
  return Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
}

function median(values: number[]): number {
  return percentile([...values], 0.5);
}
