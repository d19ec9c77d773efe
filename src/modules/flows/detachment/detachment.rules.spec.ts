import { describe, expect, it } from '@jest/globals';
import type { Canvas } from '../graph/canvas.js';
import { FlowGraph } from '../graph/flow-graph.js';
import { canvasWithout, lossOf } from './detachment.rules.js';

/** Each word is a node, `label:rooms`; each pair of words an edge. */
function drawn(words: string, pairs: [string, string][]): { canvas: Canvas; graph: FlowGraph } {
  const nodes = words.split(' ').map((id) => {
    const [type = '', entityId = ''] = id.split(':');
    return { id, type, data: { entityId } };
  });
  const edges = pairs.map(([source, target]) => ({ source, target }));
  return { canvas: { nodes, edges, layout: null }, graph: graphOf({ nodes, edges }) };
}

function graphOf({ nodes, edges }: Pick<Canvas, 'nodes' | 'edges'>): FlowGraph {
  const graphNodes = nodes.map(({ id, type, data }) => ({
    ...{ id, type, entityId: data.entityId },
    trigger: type === 'label' ? { events: [], fPorts: null } : null,
  }));
  return new FlowGraph(graphNodes, edges);
}

const flow = drawn('label:rooms label:halls function:convert integration:alerts', [
  ['label:rooms', 'function:convert'],
  ['label:halls', 'integration:alerts'],
  ['function:convert', 'integration:alerts'],
]);

const lossWithout = (...words: string[]): string | null => {
  let { canvas } = flow;
  for (const word of words) {
    const [kind = '', id = ''] = word.split(':');
    canvas = canvasWithout(canvas, kind, id);
  }
  return lossOf(flow.graph, graphOf(canvas));
};

describe('a canvas without a row', () => {
  it('has lost the nodes that name it, and the edges at both ends of them', () => {
    const { nodes, edges } = canvasWithout(flow.canvas, 'function', 'convert');
    expect(nodes.map(({ id }) => id)).toEqual(['label:rooms', 'label:halls', 'integration:alerts']);
    expect(edges).toEqual([{ source: 'label:halls', target: 'integration:alerts' }]);
  });

  it('keeps nodes of another kind that name the same id', () => {
    expect(canvasWithout(flow.canvas, 'device', 'rooms')).toEqual(flow.canvas);
  });
});

describe('what a flow cannot do without', () => {
  it('is something that starts it', () => {
    expect(lossWithout('label:halls')).toBeNull();
    expect(lossWithout('label:halls', 'label:rooms')).toBe('nothing starts the flow any more');
  });

  it('is something that follows', () => {
    expect(lossWithout('label:halls', 'function:convert')).toBe('nothing follows what starts the flow');
  });

  it('is something that messages leave by, if they ever did', () => {
    expect(lossWithout('function:convert')).toBeNull();
    expect(lossWithout('integration:alerts')).toBe('its messages lead nowhere any more');
    const silent = drawn('label:a label:b function:c', [
      ['label:a', 'function:c'],
      ['label:b', 'function:c'],
    ]);
    expect(lossOf(silent.graph, graphOf(canvasWithout(silent.canvas, 'label', 'a')))).toBeNull();
  });
});
