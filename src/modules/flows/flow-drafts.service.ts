import { Injectable } from '@nestjs/common';
import { Transactions } from '../../core/database/transactions.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { parseCanvas, type RawCanvas } from './graph/canvas.rules.js';
import { FlowChecker } from './graph/flow-checker.js';
import type { FlowGraph } from './graph/flow-graph.js';
import { FlowGraphs } from './graph/flow-graphs.js';

/** Turns a canvas that nobody has saved into a graph, under the same rules as a save. */
@Injectable()
export class FlowDraftsService {
  constructor(
    private readonly checker: FlowChecker,
    private readonly graphs: FlowGraphs,
    private readonly transactions: Transactions,
  ) {}

  async graphOf(tenant: Tenant, drawn: Pick<RawCanvas, 'nodes' | 'edges'>): Promise<FlowGraph> {
    const canvas = parseCanvas({ ...drawn, layout: null });
    await this.transactions.run((tx) => this.checker.assertSavable(tx, tenant, canvas, true));
    return this.graphs.of(canvas);
  }
}
