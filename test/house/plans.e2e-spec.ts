import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/core/config/load-settings.js';
import { dayMs } from '../../src/core/database/partitions/partition-days.rules.js';
import { wholeRangeOf } from '../../src/core/http/paging/history-range.js';
import type { HistoryQuery } from '../../src/core/http/paging/history.query.js';
import type { HistorySlice } from '../../src/core/http/paging/read-history.js';
import { RecentFirst } from '../../src/core/http/paging/recent-first.js';
import { idFloor } from '../../src/core/ids/uuid-v7.js';
import { Clock } from '../../src/core/time/clock.js';
import { DeviceHistoryRepository } from '../../src/modules/devices/journal/history/device-history.repository.js';
import { DecodedValuesService } from '../../src/modules/devices/journal/decoded/decoded-values.service.js';
import { EventReaderService } from '../../src/modules/devices/journal/event-reader.service.js';
import { TwinHistoryRepository } from '../../src/modules/devices/twin/twin-history.repository.js';
import { DeliveryHistoryRepository } from '../../src/modules/runs/histories/delivery-history.repository.js';
import type { ListDeliveryHistoryQuery } from '../../src/modules/runs/histories/dto/list-delivery-history.query.js';
import { FlowHistoryRepository } from '../../src/modules/runs/histories/flow-history.repository.js';
import { FunctionHistoryRepository } from '../../src/modules/runs/histories/function-history.repository.js';
import { LabelHistoryRepository } from '../../src/modules/runs/histories/label-history.repository.js';
import { RunInputsRepository } from '../../src/modules/runs/histories/run-inputs.repository.js';
import { RunInputsService } from '../../src/modules/runs/histories/run-inputs.service.js';
import { RunStepsRepository } from '../../src/modules/runs/histories/run-steps.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ExplainingPool, type PlanNode } from '../support/explaining-pool.js';
import { filled, fillHistories } from '../support/filled-histories.js';

const { tenant, days } = filled;
const limit = 51;
const type = 'integration';
const noFilter = { limit, skip: 0, count: false };
const everything = wholeRangeOf({});
const firstPage: HistorySlice = { range: everything, skip: 0, limit };
const histories =
  /^(device_events|decoded_values|flow_runs|flow_steps|deliveries|waiting_deliveries|twin_changes)(_|$)/;

describe('the plans of histories', () => {
  let database: TestDatabase;
  let pool: ExplainingPool;
  let devices: DeviceHistoryRepository;
  let flows: FlowHistoryRepository;
  let functions: FunctionHistoryRepository;
  let labels: LabelHistoryRepository;
  let deliveries: DeliveryHistoryRepository;
  let twins: TwinHistoryRepository;
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
    labels = new LabelHistoryRepository(pool);
    deliveries = new DeliveryHistoryRepository(pool);
    twins = new TwinHistoryRepository(pool);
    steps = new RunStepsRepository(pool);
    inputs = new RunInputsService(
      new RunInputsRepository(pool),
      new EventReaderService(pool),
      new DecodedValuesService(pool),
    );
  }, 60_000);
  beforeEach(() => {
    pool.take();
  });
  afterAll(async () => {
    await pool.onApplicationShutdown();
    await database.drop();
  });

  const lists: [name: string, list: (slice: HistorySlice) => Promise<readonly unknown[]>][] = [
    ['all devices', (slice) => devices.list(tenant, null, noFilter, slice)],
    ['one device', (slice) => devices.list(tenant, filled.deviceId, noFilter, slice)],
    ['one twin', (slice) => twins.list(tenant, filled.deviceId, noFilter, slice)],
    ['all flows', (slice) => flows.list(tenant, null, noFilter, slice)],
    ['one flow', (slice) => flows.list(tenant, filled.flowId, noFilter, slice)],
    ['one label', (slice) => labels.list(tenant, filled.labelId, noFilter, slice)],
    ['all functions', (slice) => functions.list(tenant, null, noFilter, slice)],
    ['one function', (slice) => functions.list(tenant, filled.functionId, noFilter, slice)],
    ['all deliveries', (slice) => deliveries.list(tenant, {}, noFilter, slice)],
    ['all integrations', (slice) => deliveries.list(tenant, { type }, noFilter, slice)],
    ['one integration', (slice) => deliveries.list(tenant, { type, id: filled.integrationId }, noFilter, slice)],
  ];

  describe.each(lists)('%s', (_, list) => {
    it('reads one page and no more of each history, by an index', async () => {
      expect(await list(firstPage)).toHaveLength(limit);
      const nodes = pool.take();
      expect(wholeReads(nodes)).toEqual([]);
      expect(sortedRows(nodes)).toBeLessThanOrEqual(2 * limit);
      // The page, its other half or what is looked up for it, and the row that each partition offers.
      expect(readRows(nodes)).toBeLessThanOrEqual(3 * limit + scansOf(nodes).length);
    });

    it('reads deep in the past what it reads at the top, and leaves newer partitions alone', async () => {
      const before = { id: idFloor(dayAt(1)), seq: 0 };
      expect(await list({ ...firstPage, range: { ...everything, before } })).toHaveLength(limit);
      const nodes = pool.take();
      expect(daysRead(nodes)).toEqual(['20260601']);
      expect(readRows(nodes)).toBeLessThanOrEqual(3 * limit + scansOf(nodes).length);
    });

    it('opens one partition for the time of one day', async () => {
      const day = { from: new Date(dayAt(2)).toISOString(), to: new Date(dayAt(3)).toISOString() };
      expect(await list({ ...firstPage, range: wholeRangeOf(day) })).toHaveLength(limit);
      const nodes = pool.take();
      expect(daysRead(nodes)).toEqual(['20260603']);
      expect(relationsOf(nodes).filter((relation) => relation.endsWith('_default'))).toEqual([]);
    });

    it('does not even plan the days before the last ones, where these fill the page', async () => {
      expect(await new RecentFirst(clockAt(dayAt(4) - 1)).read(firstPage, list)).toHaveLength(limit);
      expect(plannedDays(pool.take())[0]).toBe('20260602');
    });
  });

  it('reads one page of what waits, by the index of the integration', async () => {
    const query: ListDeliveryHistoryQuery = { ...noFilter, status: 'waiting' };
    expect(await deliveries.list(tenant, { type, id: filled.integrationId }, query, firstPage)).toHaveLength(limit);
    const nodes = pool.take();
    expect(relationsOf(nodes)).toEqual(['waiting_deliveries']);
    expect(wholeReads(nodes)).toEqual([]);
    expect(readRows(nodes)).toBe(limit);
  });

  it.each([
    ['device events', (query: HistoryQuery) => devices.count(tenant, filled.deviceId, query)],
    ['twins', (query: HistoryQuery) => twins.count(tenant, filled.deviceId, query)],
    ['runs', (query: HistoryQuery) => flows.count(tenant, filled.flowId, query)],
    ['steps', (query: HistoryQuery) => functions.count(tenant, filled.functionId, query)],
    ['deliveries', (query: HistoryQuery) => deliveries.count(tenant, { type, id: filled.integrationId }, query)],
  ])('counts %s along an index', async (_, count) => {
    const counted = await count({ ...noFilter, from: new Date(dayAt(3)).toISOString() });
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

  it('finds the inputs of a whole page in four queries, by single look-ups', async () => {
    const rows = await functions.list(tenant, null, noFilter, firstPage);
    pool.take();
    const sent = await deliveries.list(tenant, {}, { ...noFilter, status: 'delivered' }, firstPage);
    pool.take();
    const found = await inputs.load(tenant, [...rows, ...sent]);
    expect([...rows, ...sent].map((row) => found.of(row))).not.toContain(null);
    expect(pool.statements).toBe(4);
    const nodes = pool.take();
    expect(wholeReads(nodes)).toEqual([]);
    expect(readRows(nodes)).toBeLessThanOrEqual(4 * limit);
  });
});

function dayAt(index: number): number {
  return (days[0] ?? 0) + index * dayMs;
}

function clockAt(ms: number): Clock {
  return Object.assign(new Clock(), { nowMs: () => ms });
}

/** Also those whose scans never ran. */
function plannedDays(nodes: readonly PlanNode[]): string[] {
  const days = nodes.flatMap((node) => /_p(\d{8})$/.exec(node['Relation Name'] ?? '')?.[1] ?? []);
  return [...new Set(days)].sort();
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
