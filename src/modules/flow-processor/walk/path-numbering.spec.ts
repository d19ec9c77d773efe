import { describe, expect, it } from '@jest/globals';
import { PathNumbering, type NumberableGraph } from './path-numbering.js';

function graph(edges: Record<string, string[]>, triggerIds: string[]): NumberableGraph {
  return { triggerIds, outgoing: (nodeId) => edges[nodeId] ?? [] };
}

function walk(numbering: PathNumbering, steps: { nodeId: string; seq: number }[]): string[] {
  return steps.flatMap(({ nodeId, seq }) => [
    `${nodeId}${seq.toString()}`,
    ...walk(numbering, numbering.next(nodeId, seq)),
  ]);
}

describe('PathNumbering', () => {
  const diamond = graph({ t: ['A'], A: ['B', 'C'], B: ['D'], C: ['D'] }, ['t']);

  it('numbers the unfolded graph in preorder, a join once for each path', () => {
    const numbering = new PathNumbering(diamond);
    expect(walk(numbering, numbering.roots(['t']))).toEqual(['A1', 'B2', 'D3', 'C4', 'D5']);
  });

  it('gives the same numbers whichever trigger fired', () => {
    const two = graph({ t: ['A'], u: ['B'], A: ['C'], B: ['C'] }, ['t', 'u']);
    const both = new PathNumbering(two);
    expect(walk(both, both.roots(['t', 'u']))).toEqual(['A1', 'C2', 'B3', 'C4']);
    expect(walk(both, both.roots(['u']))).toEqual(['B3', 'C4']);
  });

  it('counts one message that two triggers carry once', () => {
    const shared = graph({ t: ['A'], u: ['A'] }, ['t', 'u']);
    const numbering = new PathNumbering(shared);
    expect(numbering.roots(['t', 'u'])).toEqual([{ nodeId: 'A', seq: 1 }]);
  });
});
