import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FlowGraph, maxSteps, type GraphEdge, type GraphNode } from './flow-graph.js';

const trigger = (id: string): GraphNode => ({
  id,
  type: 'device',
  entityId: id,
  trigger: { events: ['up'], fPorts: null },
});
const step = (id: string): GraphNode => ({ id, type: 'function', entityId: id, trigger: null });
const edge = (source: string, target: string): GraphEdge => ({ source, target });
/** `a→b b→c`; names in capitals fire. */
function drawn(text: string, ...loose: string[]): FlowGraph {
  const pairs = text.split(' ').map((arrow) => arrow.split('→') as [string, string]);
  const ids = [...new Set([...pairs.flat(), ...loose])];
  const nodes = ids.map((id) => (id === id.toUpperCase() ? trigger(id) : step(id)));
  return new FlowGraph(
    nodes,
    pairs.map(([source, target]) => edge(source, target)),
  );
}

describe('a flow graph', () => {
  it('knows its triggers and where messages go, in the order of the saved edges and each once', () => {
    const graph = drawn('A→c A→b B→c A→c b→c');
    expect(graph.triggerIds).toEqual(['A', 'B']);
    expect(graph.triggers.map(({ id }) => id)).toEqual(['A', 'B']);
    expect(graph.outgoing('A')).toEqual(['c', 'b']);
    expect(graph.outgoing('c')).toEqual([]);
    expect(graph.node('b')).toMatchObject({ type: 'function' });
    expect(() => graph.node('z')).toThrow('no node z');
  });

  it('cannot be made of edges that lead nowhere', () => {
    expect(() => new FlowGraph([step('a')], [edge('a', 'z')])).toThrow('leads to z');
    expect(() => new FlowGraph([step('a')], [edge('z', 'a')])).toThrow('starts at z');
  });

  it('finds a circle wherever it is, and names it in order', () => {
    expect(drawn('A→b b→c c→d').findCycle()).toBeNull();
    expect(drawn('A→b b→c c→d d→b').findCycle()).toEqual(['b', 'c', 'd']);
    expect(drawn('A→b x→y y→x').findCycle()).toEqual(['x', 'y']);
    expect(drawn('A→b b→b').findCycle()).toEqual(['b']);
  });

  it('counts a step for every path that leads to a node', () => {
    expect(drawn('A→b').stepCount()).toBe(1);
    expect(drawn('A→b b→c').stepCount()).toBe(2);
    expect(drawn('A→a a→b a→c b→d c→d').stepCount()).toBe(5);
    expect(drawn('A→c B→c').stepCount()).toBe(1);
    expect(drawn('A→b A→c b→c').stepCount()).toBe(3);
    expect(new FlowGraph([trigger('A'), step('b')], []).stepCount()).toBe(0);
  });

  it('says whether anything can happen', () => {
    expect(drawn('A→b').hasSteps()).toBe(true);
    expect(drawn('a→b', 'C').hasSteps()).toBe(false);
    expect(new FlowGraph([], []).hasSteps()).toBe(false);
  });

  it('counts sixty diamonds in a row without walking them', () => {
    const diamonds = Array.from(
      { length: 60 },
      (_, n) => `j${n}→l${n} j${n}→r${n} l${n}→j${n + 1} r${n}→j${n + 1}`,
    ).join(' ');
    const graph = drawn(`A→j0 ${diamonds}`);
    expect(graph.findCycle()).toBeNull();
    expect(graph.stepCount()).toBeGreaterThan(2 ** 60);
    expect(graph.stepCount()).toBeGreaterThan(maxSteps);
  });
});

/** Up to nine nodes, the first of which may fire, and edges that only lead to later ones. */
const acyclic = fc
  .record({
    triggers: fc.integer({ min: 0, max: 3 }),
    steps: fc.integer({ min: 0, max: 6 }),
    pairs: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 20 }),
  })
  .map(({ triggers, steps, pairs }) => {
    const nodes = [
      ...Array.from({ length: triggers }, (_, index) => trigger(`t${index}`)),
      ...Array.from({ length: steps }, (_, index) => step(`s${index}`)),
    ];
    const edges = pairs.flatMap(([from, to]) => {
      const [source, target] = [nodes[from], nodes[to]];
      return source !== undefined && target !== undefined && from < to && target.trigger === null
        ? [edge(source.id, target.id)]
        : [];
    });
    return { nodes, edges };
  });

/** What a run in which every trigger fires would do, walked step by step. */
function walked(graph: FlowGraph): number {
  const stepsFrom = (id: string): number => 1 + graph.outgoing(id).reduce((sum, next) => sum + stepsFrom(next), 0);
  const first = new Set(graph.triggerIds.flatMap((id) => graph.outgoing(id)));
  return [...first].reduce((sum, id) => sum + stepsFrom(id), 0);
}

describe('any graph', () => {
  it('without a circle has as many steps as a walk takes', () => {
    fc.assert(
      fc.property(acyclic, ({ nodes, edges }) => {
        const graph = new FlowGraph(nodes, edges);
        return (
          graph.findCycle() === null && graph.stepCount() === walked(graph) && graph.hasSteps() === walked(graph) > 0
        );
      }),
    );
  });

  it('gets a circle by an edge back to where a node was reached from, and its circle is one', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), ({ nodes, edges }, pick) => {
        const closing = edges[pick % Math.max(edges.length, 1)];
        fc.pre(closing !== undefined);
        const graph = new FlowGraph(nodes, [...edges, edge(closing.target, closing.source)]);
        const cycle = graph.findCycle() ?? [];
        return (
          cycle.length > 0 &&
          cycle.every((id, index) => graph.outgoing(id).includes(cycle[(index + 1) % cycle.length] ?? ''))
        );
      }),
    );
  });

  it('does not depend on the order of its edges for what it counts', () => {
    fc.assert(
      fc.property(acyclic, ({ nodes, edges }) => {
        return new FlowGraph(nodes, edges).stepCount() === new FlowGraph(nodes, [...edges].reverse()).stepCount();
      }),
    );
  });
});
