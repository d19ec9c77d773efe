/** The part of a flow's graph that numbering needs. */
export interface NumberableGraph {
  /** Triggers in the order of the saved nodes. */
  readonly triggerIds: readonly string[];
  /** Targets of a node's edges in the order of the saved edges, each once. */
  outgoing(nodeId: string): readonly string[];
}

/**
 * Gives every step of a flow its number, before anything runs.
 *
 * A join does not wait, so a node that two paths reach runs twice. Unfolded that way the graph is a forest, and a step's
 * number is its place in that forest's preorder:
 *
 *     trigger ─ A ─┬─ B ─ D        A 1 · B 2 · D 3 · C 4 · D 5
 *                  └─ C ─ D
 *
 * The number depends on the saved graph alone: not on timing, nor on which trigger fired, nor on where a crash cut the
 * walk. Ids of deliveries are derived from it, and a continuation needs no counter.
 */
export class PathNumbering {
  private readonly sizes = new Map<string, number>();

  constructor(private readonly graph: NumberableGraph) {}

  /** First steps after these triggers; a node that two triggers lead to gets the one message once. */
  roots(firedTriggerIds: readonly string[]): { nodeId: string; seq: number }[] {
    const fired = new Set(firedTriggerIds);
    const reached = new Set(
      this.graph.triggerIds.filter((id) => fired.has(id)).flatMap((id) => this.graph.outgoing(id)),
    );
    const everyRoot = [...new Set(this.graph.triggerIds.flatMap((id) => this.graph.outgoing(id)))];
    return this.numbered(everyRoot, 1).filter(({ nodeId }) => reached.has(nodeId));
  }

  /** Steps that follow a step. */
  next(nodeId: string, seq: number): { nodeId: string; seq: number }[] {
    return this.numbered(this.graph.outgoing(nodeId), seq + 1);
  }

  private numbered(nodeIds: readonly string[], first: number): { nodeId: string; seq: number }[] {
    let seq = first;
    return nodeIds.map((nodeId) => {
      const numbered = { nodeId, seq };
      seq += this.size(nodeId);
      return numbered;
    });
  }

  /** Steps in the unfolded tree below and with this node. */
  private size(nodeId: string): number {
    const known = this.sizes.get(nodeId);
    if (known !== undefined) return known;
    const size = this.graph.outgoing(nodeId).reduce((sum, next) => sum + this.size(next), 1);
    this.sizes.set(nodeId, size);
    return size;
  }
}
