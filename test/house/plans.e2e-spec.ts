import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { dayMs } from '../../src/core/database/partitions/partition-days.rules.js';
import { cursorOf } from '../../src/core/http/paging/history-range.js';
import { idFloor } from '../../src/core/ids/uuid-v7.js';
import { DeviceHistoryRepository } from '../../src/modules/devices/journal/history/device-history.repository.js';
import { EventReaderService } from '../../src/modules/devices/journal/event-reader.service.js';
import { DeliveryHistoryRepository } from '../../src/modules/runs/histories/delivery-history.repository.js';
import type { ListIntegrationHistoryQuery } from '../../src/modules/runs/histories/dto/list-integration-history.query.js';
import { FlowHistoryRepository } from '../../src/modules/runs/histories/flow-history.repository.js';
import { FunctionHistoryRepository } from '../../src/modules/runs/histories/function-history.repository.js';
import { RunInputsRepository } from '../../src/modules/runs/histories/run-inputs.repository.js';
import { RunInputsService } from '../../src/modules/runs/histories/run-inputs.service.js';
import { RunStepsRepository } from '../../src/modules/runs/histories/run-steps.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainingPool, type PlanNode } from '../support/explaining-pool.js';
import { filled, fillHistories } from '../support/filled-histories.js';

const { tenant, days } = filled;
const limit = 50;
const firstPage = { limit, skip: 0, count: false };
const histories = /^(device_events|decoded_values|flow_runs|flow_steps|deliveries|waiting_deliveries)(_|$)/;

describe('the plans of histories', () => {
  let database: TestDatabase;
  let pool: ExplainingPool;
  let devices: DeviceHistoryRepository;
  let flows: FlowHistoryRepository;
  let functions: FunctionHistoryRepository;
  let deliveries: DeliveryHistoryRepository;
  let steps: RunStepsRepository;
  let inputs: RunInputsService;

  beforeAll(async () => {
    database = await createTestDatabase();
    await fillHistories(database);
    pool = new ExplainingPool(
      loadSettings({ DATABASE_URL: database.url, SECRET_KEY: 'a key that is long enough and seals nothing' }),
    );
    devices = new DeviceHistoryRepository(pool);
    flows = new FlowHistoryRepository(pool);
    functions = new FunctionHistoryRepository(pool);
    deliveries = new DeliveryHistoryRepository(pool);
    steps = new RunStepsRepository(pool);
    inputs = new RunInputsService(new RunInputsRepository(pool), new EventReaderService(pool));
  }, 60_000);
  beforeEach(() => {
    pool.take();
  });
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  type Page = typeof firstPage & { cursor?: string; from?: string; to?: string };
  const lists: [name: string, list: (page: Page) => Promise<unknown[]>][] = [
    ['all devices', (page) => devices.list(tenant, null, page)],
    ['one device', (page) => devices.list(tenant, filled.deviceId, page)],
    ['all flows', (page) => flows.list(tenant, null, page)],
    ['one flow', (page) => flows.list(tenant, filled.flowId, page)],
    ['all functions', (page) => functions.list(tenant, null, page)],
    ['one function', (page) => functions.list(tenant, filled.functionId, page)],
    ['all integrations', (page) => deliveries.list(tenant, null, page)],
    ['one integration', (page) => deliveries.list(tenant, filled.integrationId, page)],
  ];

  describe.each(lists)('%s', (_, list) => {
    it('reads one page and no more of each history, by an index', async () => {
      expect(await list(firstPage)).toHaveLength(limit + 1);
      const nodes = pool.take();
      expect(wholeReads(nodes)).toEqual([]);
      expect(sortedRows(nodes)).toBeLessThanOrEqual(2 * (limit + 1));
      // The page, its other half or what is looked up for it, and the row that each partition offers.
      expect(readRows(nodes)).toBeLessThanOrEqual(3 * (limit + 1) + scansOf(nodes).length);
    });

    it('reads deep in the past what it reads at the top, and leaves newer partitions alone', async () => {
      const cursor = cursorOf({ id: idFloor(dayAt(1)), seq: 0 });
      expect(await list({ ...firstPage, cursor })).toHaveLength(limit + 1);
      const nodes = pool.take();
      expect(daysRead(nodes)).toEqual(['20260601']);
      expect(readRows(nodes)).toBeLessThanOrEqual(3 * (limit + 1) + scansOf(nodes).length);
    });

    it('opens one partition for the time of one day', async () => {
      const day = { from: new Date(dayAt(2)).toISOString(), to: new Date(dayAt(3)).toISOString() };
      expect(await list({ ...firstPage, ...day })).toHaveLength(limit + 1);
      const nodes = pool.take();
      expect(daysRead(nodes)).toEqual(['20260603']);
      expect(relationsOf(nodes).filter((relation) => relation.endsWith('_default'))).toEqual([]);
    });
  });

  it('reads one page of what waits, by the index of the integration', async () => {
    const query: ListIntegrationHistoryQuery = { ...firstPage, status: 'waiting' };
    expect(await deliveries.list(tenant, filled.integrationId, query)).toHaveLength(limit + 1);
    const nodes = pool.take();
    expect(relationsOf(nodes)).toEqual(['waiting_deliveries']);
    expect(wholeReads(nodes)).toEqual([]);
    expect(readRows(nodes)).toBe(limit + 1);
  });

  it.each([
    ['device events', (page: Page) => devices.count(tenant, filled.deviceId, page)],
    ['runs', (page: Page) => flows.count(tenant, filled.flowId, page)],
    ['steps', (page: Page) => functions.count(tenant, filled.functionId, page)],
    ['deliveries', (page: Page) => deliveries.count(tenant, filled.integrationId, page)],
  ])('counts %s along an index', async (_, count) => {
    const counted = await count({ ...firstPage, from: new Date(dayAt(3)).toISOString() });
    const nodes = pool.take();
    expect(counted).toBeGreaterThan(0);
    expect(wholeReads(nodes)).toEqual([]);
    expect(readRows(nodes)).toBeLessThanOrEqual(counted);
  });

  it('tells one run by single look-ups', async () => {
    const runId = filled.runId(7_771);
    const run = await flows.find(tenant, filled.flowId, runId);
    const [ran, sent, envelope] = [
      await steps.list(tenant, runId),
      await deliveries.listOfRun(tenant, runId),
      await inputs.findEnvelope(tenant, runId),
    ];
    expect([run?.status, ran.length, sent.length, envelope?.event]).toEqual(['success', 1, 1, 'up']);
    const nodes = pool.take();
    expect(wholeReads(nodes)).toEqual([]);
    expect(daysRead(nodes)).toEqual(['20260602']);
    expect(readRows(nodes)).toBeLessThanOrEqual(10);
  });

  it('finds the inputs of a whole page in three queries, by single look-ups', async () => {
    const rows = await functions.list(tenant, null, firstPage);
    pool.take();
    const sent = await deliveries.list(tenant, null, { ...firstPage, status: 'delivered' });
    pool.take();
    const found = await inputs.load(tenant, [...rows, ...sent]);
    expect([...rows, ...sent].map((row) => found.of(row))).not.toContain(null);
    expect(pool.statements).toBe(3);
    const nodes = pool.take();
    expect(wholeReads(nodes)).toEqual([]);
    expect(readRows(nodes)).toBeLessThanOrEqual(4 * (limit + 1));
  });
});

function dayAt(index: number): number {
  return (days[0] ?? 0) + index * dayMs;
}

/** Scans of histories that really ran: what is pruned while running stays in the plan with no loops. */
function scansOf(nodes: readonly PlanNode[]): PlanNode[] {
  return nodes.filter((node) => histories.test(node['Relation Name'] ?? '') && node['Actual Loops'] > 0);
}

function relationsOf(nodes: readonly PlanNode[]): string[] {
  return [...new Set(scansOf(nodes).map((node) => node['Relation Name'] ?? ''))].sort();
}

function wholeReads(nodes: readonly PlanNode[]): string[] {
  return relationsOf(nodes.filter((node) => node['Node Type'] === 'Seq Scan'));
}

function daysRead(nodes: readonly PlanNode[]): string[] {
  return [...new Set(relationsOf(nodes).flatMap((relation) => /_p(\d{8})$/.exec(relation)?.[1] ?? []))];
}

/** Rows that were looked at, also those that did not match. */
function readRows(nodes: readonly PlanNode[]): number {
  return scansOf(nodes).reduce((sum, node) => sum + rowsOf(node), 0);
}

function sortedRows(nodes: readonly PlanNode[]): number {
  const sorts = nodes.filter((node) => /Sort/.test(node['Node Type']));
  return Math.max(0, ...sorts.flatMap((node) => (node.Plans ?? []).map(rowsOf)));
}

function rowsOf(node: PlanNode): number {
  return (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
}
