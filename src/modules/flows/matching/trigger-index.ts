import { takesEvent, type NodeTrigger } from '../graph/node-trigger.rules.js';
import type { FlowGraph } from '../graph/flow-graph.js';

/** What a flow is matched against. */
export interface MatchableEvent {
  deviceId: string;
  labelIds: readonly string[];
  /** `up`, `join`, `telemetry` … */
  event: string;
  fPort: number | null;
}

/** One enabled flow in its current version. */
export interface RunnableFlow {
  flowId: string;
  flowName: string;
  version: number;
  graph: FlowGraph;
}

/** A flow that an event starts, and why. */
export interface MatchedFlow extends RunnableFlow {
  /** Every trigger that the event fires: one run, whichever of them it came through. */
  triggerNodeIds: readonly string[];
  /** A device's own trigger goes before those of its labels. */
  triggerSource: 'device' | 'label';
  /** The device's or the label's id. */
  sourceId: string;
}

interface Entry {
  flow: RunnableFlow;
  nodeId: string;
  trigger: NodeTrigger;
}

/** Which flows of a tenant an event starts, found by look-ups alone. Made once for a state of the tenant's flows. */
export class TriggerIndex {
  private readonly bySource = new Map<string, Entry[]>();
  private readonly flowsById: ReadonlyMap<string, RunnableFlow>;

  constructor(flows: readonly RunnableFlow[]) {
    this.flowsById = new Map(flows.map((flow) => [flow.flowId, flow]));
    for (const flow of flows) {
      for (const { id, type, entityId, trigger } of flow.graph.triggers) {
        if (trigger === null || flow.graph.outgoing(id).length === 0) continue;
        const key = keyOf(type, entityId);
        this.bySource.set(key, [...(this.bySource.get(key) ?? []), { flow, nodeId: id, trigger }]);
      }
    }
  }

  find(flowId: string): RunnableFlow | undefined {
    return this.flowsById.get(flowId);
  }

  match({ deviceId, labelIds, event, fPort }: MatchableEvent): MatchedFlow[] {
    const matched = new Map<string, MatchedFlow & { triggerNodeIds: string[] }>();
    const collect = (source: 'device' | 'label', sourceId: string): void => {
      for (const { flow, nodeId, trigger } of this.bySource.get(keyOf(source, sourceId)) ?? []) {
        if (!takesEvent(trigger, event, fPort)) continue;
        const found = matched.get(flow.flowId);
        if (found !== undefined) found.triggerNodeIds.push(nodeId);
        else matched.set(flow.flowId, { ...flow, triggerNodeIds: [nodeId], triggerSource: source, sourceId });
      }
    };
    collect('device', deviceId);
    for (const labelId of labelIds) collect('label', labelId);
    return [...matched.values()];
  }
}

function keyOf(type: string, entityId: string): string {
  return `${type}:${entityId}`;
}
