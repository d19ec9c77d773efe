import { unpack } from '../../../core/packing/packed.js';
import type { StepRow } from '../../runs/completion/results.contract.js';
import type { PreviewedDelivery } from './previewed-deliveries.js';
import type { TrialStep } from './dto/test-step.response.js';

/** The part of a dry run that its steps are told from. */
interface Told {
  envelope: object;
  graph: { node(id: string): { id: string; type: string; entityId: string } };
  firedIds: readonly string[];
  ledger: { readonly steps: readonly StepRow[] };
  deliveries: readonly PreviewedDelivery[];
  startedAt: Date;
}

/** Tells a dry run from its triggers to what it would send, in the order of its numbers. */
export function stepsOf({ envelope, graph, firedIds, ledger, deliveries, startedAt }: Told): TrialStep[] {
  const taken = [...ledger.steps.map(ranStep), ...deliveries.map(previewedStep)].sort((a, b) => a.seq - b.seq);
  const outputs = new Map<number, unknown>([[0, envelope], ...taken.map(({ seq, output }) => [seq, output] as const)]);
  const fired = firedIds.map((id) => {
    const { type, entityId } = graph.node(id);
    return {
      ...{ seq: 0, input_seq: null, node_id: id, type, entity_id: entityId, status: 'success' as const },
      ...{ input: null, output: envelope, logs: [], error: null, started_at: startedAt.toISOString(), duration_ms: 0 },
    };
  });
  return [
    ...fired,
    ...taken.map((step) => ({ ...step, input: step.input ?? outputs.get(step.input_seq ?? 0) ?? null })),
  ];
}

function ranStep(step: StepRow): TrialStep {
  const { seq, input_seq, node_id, type, entity_id, status } = step;
  return {
    ...{ seq, input_seq, node_id, type, entity_id, status, input: null },
    output: step.output === null ? null : JSON.parse(unpack(step.output).toString()),
    logs: step.logs === null ? [] : (JSON.parse(step.logs) as TrialStep['logs']),
    error: step.error === null ? null : (JSON.parse(step.error) as TrialStep['error']),
    started_at: step.started_at.toISOString(),
    duration_ms: step.duration_us / 1_000,
  };
}

/** Its message goes on as it is. */
function previewedStep({ arrival, to, request, failure, startedAt, durationMs }: PreviewedDelivery): TrialStep {
  const message: unknown = JSON.parse(arrival.messageJson);
  return {
    ...{ seq: arrival.seq, input_seq: arrival.inputSeq, node_id: arrival.nodeId, type: to.type, entity_id: to.id },
    ...{ status: failure === undefined ? 'would_deliver' : 'failed', input: message, logs: [], request },
    output: failure === undefined ? message : null,
    error: failure === undefined ? null : { code: failure.code, message: failure.error },
    started_at: startedAt.toISOString(),
    duration_ms: durationMs,
  };
}
