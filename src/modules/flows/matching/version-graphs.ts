import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FlowVersionsRepository } from '../flow-versions.repository.js';
import type { FlowGraph } from '../graph/flow-graph.js';
import { FlowGraphs } from '../graph/flow-graphs.js';

const maxGraphs = 1_000;

/** Keeps graphs of stored versions; a version never changes, so only the room for them is limited. */
@Injectable()
export class VersionGraphs {
  private readonly graphs = new Map<string, FlowGraph>();

  constructor(
    private readonly versions: FlowVersionsRepository,
    private readonly builder: FlowGraphs,
  ) {}

  async get(tenant: Tenant, flowId: string, version: number): Promise<FlowGraph | null> {
    const key = `${tenant.id}:${flowId}:${version}`;
    const known = this.graphs.get(key);
    if (known !== undefined) return known;
    const stored = await this.versions.find(tenant, flowId, version);
    if (stored === null) return null;
    const graph = this.builder.of(stored);
    this.keep(key, graph);
    return graph;
  }

  private keep(key: string, graph: FlowGraph): void {
    this.graphs.set(key, graph);
    const oldest = this.graphs.keys().next().value;
    if (this.graphs.size > maxGraphs && oldest !== undefined) this.graphs.delete(oldest);
  }
}
