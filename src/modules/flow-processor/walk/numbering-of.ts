import { PathNumbering, type NumberableGraph } from './path-numbering.js';

const numberings = new WeakMap<NumberableGraph, PathNumbering>();

/** A graph's numbering, made once for as long as the graph is kept. */
export function numberingOf(graph: NumberableGraph): PathNumbering {
  const known = numberings.get(graph);
  if (known !== undefined) return known;
  const numbering = new PathNumbering(graph);
  numberings.set(graph, numbering);
  return numbering;
}
