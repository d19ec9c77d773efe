import type { NodeTrigger } from './node-trigger.rules.js';

/** A node as the engine needs it; what else a canvas keeps on it is not in here. */
export interface GraphNode {
  readonly id: string;
  readonly type: string;
  /** The row that the node names. */
  readonly entityId: string;
  /** What makes it fire; null for nodes that wait for a message. */
  readonly trigger: NodeTrigger | null;
}

export interface GraphEdge {
  readonly source: string;
  readonly target: string;
}

/** No run may have more steps than this. */
export const maxSteps = 1_000;

/**
 * One version of one flow: who fires, and who gets the message next. It never changes after it was made.
 *
 *     [device: Sensor 7] ──▶ [function: to °F] ──┬──▶ [integration: alerts]
 *                                                └──▶ [integration: broker] ──▶ [function: audit]
 *     [label: trackers] ────────────────────────────▶ [integration: broker]
 *
 * A join does not wait: what two paths reach runs twice. So a run has as many steps as there are paths, which doubles
 * with every diamond, and is counted (`stepCount`) without walking them:
 *
 *     trigger ──▶ a ──┬──▶ b ──┬──▶ d        steps below a: a, b, c, and d twice = 5
 *                     └──▶ c ──┘
 *
 * The same message never enters a node twice: two edges between the same nodes are one, and so are two triggers that
 * lead to the same node.
 */
export class FlowGraph {
  readonly triggerIds: readonly string[];
  private readonly nodesById: ReadonlyMap<string, GraphNode>;
  private readonly targets: ReadonlyMap<string, readonly string[]>;

  /** Every edge must name nodes that are there; whether the rest makes sense is for the callers of the methods. */
  constructor(
    readonly nodes: readonly GraphNode[],
    edges: readonly GraphEdge[],
  ) {
    this.nodesById = new Map(nodes.map((node) => [node.id, node]));
    this.triggerIds = nodes.filter(({ trigger }) => trigger !== null).map(({ id }) => id);
    const targets = new Map<string, Set<string>>(nodes.map(({ id }) => [id, new Set()]));
    for (const { source, target } of edges) {
      if (!this.nodesById.has(target)) throw new Error(`an edge leads to ${target}, which is no node`);
      const known = targets.get(source);
      if (known === undefined) throw new Error(`an edge starts at ${source}, which is no node`);
      known.add(target);
    }
    this.targets = new Map([...targets].map(([id, next]) => [id, [...next]]));
  }

  get triggers(): readonly GraphNode[] {
    return this.nodes.filter(({ trigger }) => trigger !== null);
  }

  node(id: string): GraphNode {
    const node = this.nodesById.get(id);
    if (node === undefined) throw new Error(`the flow has no node ${id}`);
    return node;
  }

  /** Targets of the node's edges in the order of the saved edges, each once. */
  outgoing(nodeId: string): readonly string[] {
    return this.targets.get(nodeId) ?? [];
  }

  /** Nodes of one circle, in its order, or null if there is none. */
  findCycle(): readonly string[] | null {
    const finished = new Set<string>();
    const path: string[] = [];
    const onPath = new Set<string>();
    const visit = (id: string): readonly string[] | null => {
      if (onPath.has(id)) return path.slice(path.indexOf(id));
      if (finished.has(id)) return null;
      path.push(id);
      onPath.add(id);
      for (const next of this.outgoing(id)) {
        const cycle = visit(next);
        if (cycle !== null) return cycle;
      }
      path.pop();
      onPath.delete(id);
      finished.add(id);
      return null;
    };
    for (const { id } of this.nodes) {
      const cycle = visit(id);
      if (cycle !== null) return cycle;
    }
    return null;
  }

  /** The steps of a run in which every trigger fires: the most that a run can have. Only for graphs without a circle. */
  stepCount(): number {
    const counts = new Map<string, number>();
    const countFrom = (id: string): number => {
      const known = counts.get(id);
      if (known !== undefined) return known;
      const count = this.outgoing(id).reduce((sum, next) => sum + countFrom(next), 1);
      counts.set(id, count);
      return count;
    };
    return [...this.firstSteps()].reduce((sum, id) => sum + countFrom(id), 0);
  }

  /** Whether anything happens when a trigger fires. */
  hasSteps(): boolean {
    return this.firstSteps().size > 0;
  }

  private firstSteps(): Set<string> {
    return new Set(this.triggerIds.flatMap((id) => this.outgoing(id)));
  }
}
