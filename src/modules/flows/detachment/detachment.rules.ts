import type { Canvas } from '../graph/canvas.js';
import type { FlowGraph } from '../graph/flow-graph.js';

/** The canvas without the nodes that name a row, and without the edges that begin or end at them. */
export function canvasWithout({ nodes, edges, layout }: Canvas, kind: string, entityId: string): Canvas {
  const left = nodes.filter(({ type, data }) => type !== kind || data.entityId !== entityId);
  const ids = new Set(left.map(({ id }) => id));
  return { nodes: left, edges: edges.filter(({ source, target }) => ids.has(source) && ids.has(target)), layout };
}

/**
 * What a flow has lost that it cannot do without; null when it goes on with what is left. A flow that never sent anything
 * anywhere is not stopped for that.
 */
export function lossOf(before: FlowGraph, after: FlowGraph): string | null {
  if (after.triggerIds.length === 0) return 'nothing starts the flow any more';
  if (!after.hasSteps()) return 'nothing follows what starts the flow';
  return sendsSomething(before) && !sendsSomething(after) ? 'its messages lead nowhere any more' : null;
}

/** Whether a message can come to where it leaves: whatever neither fires nor computes. */
function sendsSomething(graph: FlowGraph): boolean {
  const reached = new Set<string>();
  const open = [...graph.triggerIds];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...graph.outgoing(id));
  }
  return graph.nodes.some(({ id, type, trigger }) => reached.has(id) && trigger === null && type !== 'function');
}
