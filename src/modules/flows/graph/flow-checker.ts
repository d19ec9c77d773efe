import { Injectable } from '@nestjs/common';
import type { FieldError } from '../../../core/errors/app-error.js';
import type { Tx } from '../../../core/database/tx.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { FlowCyclic, FlowIncomplete, FlowInvalid, FlowTooLarge } from '../flow.errors.js';
import { NodeKinds } from '../nodes/node-kinds.js';
import type { Canvas, CanvasNode } from './canvas.js';
import { wiringFaults } from './wiring.rules.js';
import { maxSteps, type FlowGraph } from './flow-graph.js';
import { FlowGraphs } from './flow-graphs.js';
import { readTrigger } from './node-trigger.rules.js';

/** Decides whether a canvas may be saved: what it names is there, and what it says can be run. */
@Injectable()
export class FlowChecker {
  constructor(
    private readonly kinds: NodeKinds,
    private readonly graphs: FlowGraphs,
  ) {}

  /** What the nodes name is locked against deletion until the transaction ends. */
  async assertSavable(tx: Tx, tenant: Tenant, canvas: Canvas, enabled: boolean): Promise<void> {
    const faults = [
      ...this.nodeFaults(canvas.nodes),
      ...wiringFaults(canvas, (type) => this.kinds.find(type)?.isTrigger === true),
      ...(await this.unknownRows(tx, tenant, canvas.nodes)),
    ];
    if (faults.length > 0) throw new FlowInvalid(faults);
    const graph = this.graphs.of(canvas);
    assertFinite(graph);
    // A flow without nodes is one that somebody has just made and will fill.
    if (enabled && canvas.nodes.length > 0 && !graph.hasSteps()) throw new FlowIncomplete();
  }

  private nodeFaults(nodes: readonly CanvasNode[]): FieldError[] {
    return nodes.flatMap(({ id, type, data }, index) => {
      const kind = this.kinds.find(type);
      const named = `node "${id}": `;
      if (kind === undefined) {
        const known = this.kinds.types.join(', ');
        return [
          { path: `nodes.${index}.type`, message: `${named}"${type}" is not a kind of node; there are ${known}` },
        ];
      }
      const errors: FieldError[] = [];
      if (kind.isTrigger) readTrigger(data, `nodes.${index}.data`, errors);
      return errors.map(({ path, message }) => ({ path, message: named + message }));
    });
  }

  private async unknownRows(tx: Tx, tenant: Tenant, nodes: readonly CanvasNode[]): Promise<FieldError[]> {
    const existing = new Set<string>();
    for (const type of this.kinds.types) {
      const ids = [...new Set(nodes.filter((node) => node.type === type).map(({ data }) => data.entityId))];
      const found = ids.length === 0 ? [] : await this.kinds.find(type)?.existing(tx, tenant, ids);
      found?.forEach((id) => existing.add(`${type}:${id}`));
    }
    return nodes.flatMap(({ id, type, data: { entityId } }, index) =>
      this.kinds.find(type) === undefined || existing.has(`${type}:${entityId}`)
        ? []
        : [{ path: `nodes.${index}.data.entityId`, message: `node "${id}": there is no ${type} ${entityId}` }],
    );
  }
}

function assertFinite(graph: FlowGraph): void {
  const cycle = graph.findCycle();
  if (cycle !== null) throw new FlowCyclic(cycle, `nodes.${graph.nodes.findIndex(({ id }) => id === cycle[0])}`);
  const steps = graph.stepCount();
  if (steps > maxSteps) throw new FlowTooLarge(steps);
}
