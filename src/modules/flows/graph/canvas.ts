/*
 * What a canvas saves (React Flow). Only the fields named here mean something to us; everything else on a node, its
 * data or an edge is kept as it came and given back.
 */

export interface CanvasNode {
  id: string;
  type: string;
  data: { entityId: string; [key: string]: unknown };
  [key: string]: unknown;
}

export interface CanvasEdge {
  source: string;
  target: string;
  [key: string]: unknown;
}

export interface Canvas {
  nodes: CanvasNode[];
  edges: CanvasEdge[];
  layout: Record<string, unknown> | null;
}

export const maxNodes = 200;
export const maxEdges = 1_000;
export const maxCanvasBytes = 512 * 1024;
