import { Injectable } from '@nestjs/common';
import { NodeKinds } from '../nodes/node-kinds.js';
import type { Canvas, CanvasNode } from './canvas.js';
import { FlowGraph } from './flow-graph.js';
import { readTrigger, type NodeTrigger } from './node-trigger.rules.js';

/** Turns a saved canvas into the graph that the engine walks. */
@Injectable()
export class FlowGraphs {
  constructor(private readonly kinds: NodeKinds) {}

  of({ nodes, edges }: Pick<Canvas, 'nodes' | 'edges'>): FlowGraph {
    const graphNodes = nodes.map((node) => ({
      id: node.id,
      type: node.type,
      entityId: node.data.entityId,
      trigger: this.triggerOf(node),
    }));
    return new FlowGraph(graphNodes, edges);
  }

  private triggerOf({ type, data }: CanvasNode): NodeTrigger | null {
    return this.kinds.find(type)?.isTrigger === true ? readTrigger(data, 'data', []) : null;
  }
}
