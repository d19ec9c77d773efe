import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../core/changes/change-cache.js';
import { Changes } from '../../core/changes/changes.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { FlowsRepository } from './flows.repository.js';
import type { FlowGraph } from './graph/flow-graph.js';
import { FlowGraphs } from './graph/flow-graphs.js';
import { TriggerIndex, type MatchableEvent, type MatchedFlow } from './matching/trigger-index.js';
import { VersionGraphs } from './matching/version-graphs.js';

export type { MatchedFlow } from './matching/trigger-index.js';

const maxTenants = 5_000;

/**
 * Says which flows an event starts. The triggers of a tenant's enabled flows are loaded in one query, kept in memory,
 * dropped when one of its flows is edited, and live 30 s at most; a match on a warm index touches nothing but Maps.
 */
@Injectable()
export class FlowMatcherService implements OnModuleInit {
  private readonly indexes: ChangeCache<TriggerIndex>;

  constructor(
    private readonly flows: FlowsRepository,
    private readonly graphs: FlowGraphs,
    private readonly versions: VersionGraphs,
    private readonly changes: Changes,
    clock: Clock,
  ) {
    this.indexes = new ChangeCache(clock, maxTenants);
  }

  onModuleInit(): void {
    this.changes.onChange('flow', ({ tenantId }) => {
      this.indexes.drop(tenantId);
    });
  }

  async match(event: MatchableEvent & { tenantId: string }): Promise<MatchedFlow[]> {
    const index = this.indexes.peek(event.tenantId) ?? (await this.load({ id: event.tenantId }));
    return index.match(event);
  }

  /** The graph of any version, for runs that go on later; null if the flow never had it. */
  async graphOf(tenant: Tenant, flowId: string, version: number): Promise<FlowGraph | null> {
    const current = this.indexes.peek(tenant.id)?.find(flowId);
    if (current?.version === version) return current.graph;
    return this.versions.get(tenant, flowId, version);
  }

  /**
   * One version of a flow as the event starts it, enabled or not: for runs that people ask for. Where no trigger fires any
   * more, all of them do. Null if the flow never had the version.
   */
  async matchVersion(
    tenant: Tenant,
    { flowId, version }: { flowId: string; version: number },
    event: MatchableEvent,
  ): Promise<MatchedFlow | null> {
    const graph = await this.graphOf(tenant, flowId, version);
    if (graph === null) return null;
    const flow = { flowId, flowName: '', version, graph };
    const [matched] = new TriggerIndex([flow]).match(event);
    const triggerNodeIds = [...graph.triggerIds];
    return matched ?? { ...flow, triggerNodeIds, triggerSource: 'device', sourceId: event.deviceId };
  }

  /** The triggers of a graph that an event fires. */
  firedTriggers(graph: FlowGraph, event: MatchableEvent): readonly string[] {
    const flow = { flowId: '', flowName: '', version: 0, graph };
    return new TriggerIndex([flow]).match(event)[0]?.triggerNodeIds ?? [];
  }

  private load(tenant: Tenant): Promise<TriggerIndex> {
    return this.indexes.load(tenant.id, async () => {
      const enabled = await this.flows.listEnabled(tenant);
      return new TriggerIndex(
        enabled.map(({ id, name, version, nodes, edges }) => ({
          flowId: id,
          flowName: name,
          version,
          graph: this.graphs.of({ nodes, edges }),
        })),
      );
    });
  }
}
