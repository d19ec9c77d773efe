import { describe, expect, it } from '@jest/globals';
import { FlowGraph, type GraphNode } from '../graph/flow-graph.js';
import { TriggerIndex, type MatchableEvent, type RunnableFlow } from './trigger-index.js';

const trigger = (id: string, type: string, entityId: string, given: object = {}): GraphNode => ({
  id,
  type,
  entityId,
  trigger: { events: ['up'], fPorts: null, ...given },
});
const end: GraphNode = { id: 'end', type: 'integration', entityId: 'i', trigger: null };
function flow(flowId: string, ...triggers: GraphNode[]): RunnableFlow {
  const edges = triggers.map(({ id }) => ({ source: id, target: end.id }));
  return { flowId, flowName: flowId, version: 1, graph: new FlowGraph([...triggers, end], edges) };
}
const event: MatchableEvent = { deviceId: 'd1', labelIds: ['l1', 'l2'], event: 'up', fPort: 1 };

describe('an index of triggers', () => {
  it('finds flows by the device and by its labels', () => {
    const index = new TriggerIndex([
      flow('by device', trigger('t', 'device', 'd1')),
      flow('by label', trigger('t', 'label', 'l2')),
      flow('not', trigger('t', 'device', 'd2'), trigger('u', 'label', 'l3')),
    ]);
    expect(index.match(event)).toMatchObject([
      { flowId: 'by device', triggerNodeIds: ['t'], triggerSource: 'device', sourceId: 'd1' },
      { flowId: 'by label', triggerNodeIds: ['t'], triggerSource: 'label', sourceId: 'l2' },
    ]);
    expect(index.match({ ...event, deviceId: 'd9', labelIds: [] })).toEqual([]);
  });

  it('makes one match of all triggers of a flow that fire', () => {
    const index = new TriggerIndex([
      flow(
        'f',
        trigger('a', 'label', 'l1'),
        trigger('b', 'device', 'd1'),
        trigger('c', 'device', 'd1', { fPorts: [2] }),
      ),
    ]);
    expect(index.match(event)).toMatchObject([{ triggerNodeIds: ['b', 'a'], triggerSource: 'device', sourceId: 'd1' }]);
    expect(index.match({ ...event, fPort: 2 })).toMatchObject([{ triggerNodeIds: ['b', 'c', 'a'] }]);
  });

  it('leaves out events that a trigger does not take, and triggers that lead nowhere', () => {
    const nowhere = {
      flowId: 'n',
      flowName: 'n',
      version: 1,
      graph: new FlowGraph([trigger('t', 'device', 'd1')], []),
    };
    const index = new TriggerIndex([nowhere, flow('f', trigger('t', 'device', 'd1', { events: ['join'] }))]);
    expect(index.match(event)).toEqual([]);
    expect(index.match({ ...event, event: 'join', fPort: null })).toHaveLength(1);
    expect([index.find('f')?.flowName, index.find('x')]).toEqual(['f', undefined]);
  });

  it('does not take a label for a device of the same id', () => {
    const index = new TriggerIndex([flow('f', trigger('t', 'label', 'd1'))]);
    expect(index.match(event)).toEqual([]);
  });
});
