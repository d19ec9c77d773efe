import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import { RecentFirst } from '../../../core/http/paging/recent-first.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { DeliveryHistoryRepository } from './delivery-history.repository.js';
import { FlowHistoryResponse } from './dto/flow-history.response.js';
import { FlowRunResponse } from './dto/flow-run.response.js';
import type { ListFlowHistoryQuery } from './dto/list-flow-history.query.js';
import { FlowHistoryRepository } from './flow-history.repository.js';
import { RunNotFound } from './history.errors.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { RunInputsService } from './run-inputs.service.js';
import { RunStepsRepository } from './run-steps.repository.js';
import { firedTriggers, trailOf } from './run-trail.rules.js';

/** Shows people which events went through their flows, and what happened at each node. */
@Injectable()
export class FlowHistoryService {
  constructor(
    private readonly history: FlowHistoryRepository,
    private readonly steps: RunStepsRepository,
    private readonly deliveries: DeliveryHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
    private readonly inputs: RunInputsService,
    private readonly recent: RecentFirst,
  ) {}

  async listAll(tenant: Tenant, query: ListFlowHistoryQuery): Promise<CursorPage<FlowHistoryResponse>> {
    return this.page(tenant, null, query);
  }

  async listOf(tenant: Tenant, flowId: string, query: ListFlowHistoryQuery): Promise<CursorPage<FlowHistoryResponse>> {
    await this.subjects.assertKnown(tenant, 'flow', flowId);
    return this.page(tenant, flowId, query);
  }

  async get(tenant: Tenant, flowId: string, runId: string): Promise<FlowRunResponse> {
    const run = await this.history.find(tenant, flowId, runId);
    if (run === null) {
      await this.subjects.assertKnown(tenant, 'flow', flowId);
      throw new RunNotFound();
    }
    const [steps, deliveries, envelope] = await Promise.all([
      this.steps.list(tenant, runId),
      this.deliveries.listOfRun(tenant, runId),
      this.inputs.findEnvelope(tenant, runId),
    ]);
    const reached = [...steps, ...deliveries].map((step) => step.node_id);
    const candidates = await this.steps.triggersOf(tenant, run, reached);
    const triggers = firedTriggers(candidates, run, envelope?.device.labels ?? []);
    return new FlowRunResponse(run, envelope, trailOf({ run, envelope, triggers, steps, deliveries }));
  }

  /** Those of the ids that are runs of the tenant. */
  async getMany(tenant: Tenant, ids: readonly string[]): Promise<FlowHistoryResponse[]> {
    return (await this.history.findMany(tenant, ids)).map((row) => new FlowHistoryResponse(row));
  }

  /** The ids of runs that have ended since then, of events that came since a little before. */
  async idsEndedSince(tenant: Tenant, fromMs: number, eventsFromMs: number, limit: number): Promise<string[]> {
    return this.history.idsEndedSince(tenant, fromMs, eventsFromMs, limit);
  }

  private page(tenant: Tenant, flowId: string | null, query: ListFlowHistoryQuery) {
    return readHistory(query, {
      read: (slice) => this.recent.read(slice, (part) => this.history.list(tenant, flowId, query, part)),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => rows.map((row) => new FlowHistoryResponse(row)),
      count: () => this.history.count(tenant, flowId, query),
    });
  }
}
