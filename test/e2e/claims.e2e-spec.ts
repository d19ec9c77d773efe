import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { HotPool } from '../../src/core/database/hot-pool.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { Claims } from '../../src/core/queue/claims.js';
import type { ClaimedJob, Lease, NewJob } from '../../src/core/queue/job.js';
import { JobRunner } from '../../src/core/queue/job-runner.js';
import { JobsRepository } from '../../src/core/queue/jobs.repository.js';
import { WorkerLease } from '../../src/core/queue/worker-lease.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TenantWorld } from '../support/tenant-world.js';

const kind = 'test-work';
const laneId = randomUUID();

let server: TestApp;
let tenantId: string;
let claims: Claims;
let workerId: string;
/** By the job's id; what has no gate ends at once. */
const gates = new Map<string, Promise<void>>();

// A server of this role polls nothing: what is claimed here is claimed because something ended.
beforeAll(async () => {
  server = await startTestApp({ settings: { role: 'api', workerSlots: 4 } });
  ({ tenantId } = await TenantWorld.create(server));
  await server.database.query(`INSERT INTO lanes (id, tenant_id, kind) VALUES ($1, $2, 'events')`, [laneId, tenantId]);
  claims = server.app.get(Claims);
  const lease = server.app.get(WorkerLease);
  await lease.keep('worker', 4);
  workerId = lease.workerId ?? '';
  server.app.get(JobRunner).register({
    kind,
    run: async ({ id }) => {
      await gates.get(id);
      gates.delete(id);
      await server.database.query('DELETE FROM jobs WHERE id = $1', [id]);
    },
  });
});
afterAll(() => server.close());

async function enqueued(lease?: Lease): Promise<string> {
  const job: NewJob = { id: newId(Date.now()), tenantId, laneId, kind, ...(lease && { lease }) };
  await server.app.get(JobsRepository).enqueue(server.app.get(HotPool), [job]);
  return job.id;
}

/** Answers what ends it. */
function gateOf(id: string): () => void {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  gates.set(id, promise.then());
  return resolve.bind(null, undefined);
}

async function aHeldJob(): Promise<ClaimedJob> {
  const lease = { workerId, token: randomUUID() };
  return { id: await enqueued(lease), tenantId, laneId, kind, payload: null, leaseToken: lease.token };
}

const jobs = async (): Promise<{ id: string; lease_token: string | null }[]> =>
  server.database.query('SELECT id, lease_token FROM jobs WHERE lane_id = $1 ORDER BY id', [laneId]);
const gone = (): Promise<true> =>
  eventually(async () => ((await jobs()).length === 0 ? true : undefined), 'all jobs ran');

describe('the end of an event that was claimed', () => {
  it('claims those that came meanwhile', async () => {
    const first = await enqueued();
    const end = gateOf(first);
    await claims.look('events');
    const second = await enqueued();
    expect(await jobs()).toMatchObject([
      { id: first, lease_token: expect.any(String) },
      { id: second, lease_token: null },
    ]);
    end();
    await gone();
  });
});

describe('the end of an event that was held from its insertion', () => {
  /** A held one ends while another waits that nobody holds. */
  async function endBesideAnother(): Promise<string> {
    const held = await aHeldJob();
    const end = gateOf(held.id);
    claims.run('events', held);
    const other = await enqueued();
    end();
    await server.app.get(JobRunner).drained();
    return other;
  }

  it('looks for no other: those come held as well', async () => {
    const other = await endBesideAnother();
    await claims.pause();
    claims.resume();
    expect(await jobs()).toEqual([{ id: other, lease_token: null }]);
    await claims.look('events');
    await gone();
  });

  it('claims what waits when this process is behind', async () => {
    claims.fallBehind('events');
    await endBesideAnother();
    await gone();
    expect(claims.areBehind('events')).toBe(false);
  });
});
