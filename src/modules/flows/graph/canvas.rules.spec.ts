import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCanvas } from './canvas.rules.js';

const id = '01980c1e-7d2a-7c3b-8f00-000000000001';
const other = '01980c1e-7d2a-7c3b-8f00-000000000002';
const parsedNode = (node: unknown): unknown => parseCanvas({ nodes: [node], edges: [], layout: null }).nodes[0];
function pathsOf(nodes: unknown[], edges: unknown[] = []): string[] {
  try {
    parseCanvas({ nodes, edges, layout: null });
    return [];
  } catch (error) {
    return (error as { errors: { path: string }[] }).errors.map(({ path }) => path);
  }
}

describe('a canvas', () => {
  it.each(['entityId', 'deviceId', 'labelId', 'functionId', 'integrationId'])(
    'names its row by %s, in any case',
    (key) => {
      const node = { id: 'n', type: 'device', data: { [key]: id.toUpperCase(), label: 'x' } };
      expect(parsedNode(node)).toEqual({ id: 'n', type: 'device', data: { label: 'x', entityId: id } });
    },
  );

  it('takes the type from the data where the node has none', () => {
    expect(parsedNode({ id: 'n', data: { nodeType: 'label', entityId: id } })).toMatchObject({ type: 'label' });
  });

  it('does not choose between two rows', () => {
    expect(pathsOf([{ id: 'n', type: 'device', data: { entityId: id, deviceId: other } }])).toEqual([
      'nodes.0.data.entityId',
    ]);
    expect(pathsOf([{ id: 'n', type: 'device', data: { entityId: id, deviceId: id } }])).toEqual([]);
  });

  it('names what is not shaped like a node or an edge', () => {
    expect(
      pathsOf([
        null,
        [],
        { id: 1 },
        { id: 'n', type: 'device', data: [] },
        { id: 'n', type: 'device', data: { entityId: 12 } },
        { id: 'n', type: 'device', data: { entityId: id }, position: null },
      ]),
    ).toEqual(['nodes.0', 'nodes.1', 'nodes.2.id', 'nodes.3.data', 'nodes.4.data.entityId', 'nodes.5.position']);
    const edges = [null, { target: 'a' }, { source: 'a', target: '' }, { id: {}, source: 'a', target: 'b' }];
    expect(pathsOf([], edges)).toEqual(['edges.0', 'edges.1.source', 'edges.2.target', 'edges.3.id']);
  });

  it('keeps whatever else is on a node, its data and an edge', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (extra, extraData) => {
          const data = { ...extraData, entityId: id };
          const node = { ...extra, id: 'n', type: 'device', data, position: { x: 1 } };
          const edge = { ...extra, id: 'n-m', source: 'n', target: 'm' };
          const canvas = parseCanvas({ nodes: [node], edges: [edge], layout: null });
          expect(canvas).toEqual({ nodes: [node], edges: [edge], layout: null });
        },
      ),
    );
  });
});
