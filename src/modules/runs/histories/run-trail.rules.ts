import { answerOf, failureOf, totalMsOf } from './delivery-display.rules.js';
import type { DeliveryRow } from './delivery-history.sql.js';
import type { RunStep } from './dto/flow-run.response.js';
import { messageOf } from './packed-message.js';
import type { FlowHistoryRow, RanStep, RunTrigger } from './run-rows.js';

/** Everything that is stored of one run. */
export interface RunParts {
  run: FlowHistoryRow;
  /** Null where its event is past retention. */
  envelope: unknown;
  triggers: readonly RunTrigger[];
  steps: readonly RanStep[];
  deliveries: readonly DeliveryRow[];
}

/**
 * Tells a run from its triggers to its last delivery, in the order of its numbers. A message is stored once, as the
 * output of the step that made it; here it is shown wherever it came in.
 */
export function trailOf({ run, envelope, triggers, steps, deliveries }: RunParts): RunStep[] {
  const messages = new Map<number, unknown>([[0, envelope]]);
  for (const step of steps) messages.set(step.seq, messageOf(step.output));
  const inputOf = ({ input_seq }: { input_seq: number }) => messages.get(input_seq) ?? null;
  const taken = [
    ...steps.map((step) => ranStep(step, inputOf(step), messages.get(step.seq))),
    ...deliveries.map((delivery) =>
      deliveryStep(delivery, delivery.payload === null ? inputOf(delivery) : messageOf(delivery.payload)),
    ),
  ];
  return [...triggers.map((trigger) => triggerStep(trigger, run, envelope)), ...taken.sort((a, b) => a.seq - b.seq)];
}

/**
 * Of the triggers that lead into a run those that fired: the device's own, and labels that it wore. Where no label is
 * called as it was then, all of them, since one it was.
 */
export function firedTriggers(
  candidates: readonly RunTrigger[],
  { device_id }: FlowHistoryRow,
  wornLabels: readonly string[],
): RunTrigger[] {
  const fired = candidates.filter(({ type, entity_id, name }) =>
    type === 'device' ? entity_id === device_id : name !== null && wornLabels.includes(name),
  );
  return fired.length > 0 ? fired : candidates.filter(({ type }) => type === 'label');
}

function triggerStep(trigger: RunTrigger, run: FlowHistoryRow, envelope: unknown): RunStep {
  return {
    seq: 0,
    input_seq: null,
    ...trigger,
    status: 'success',
    input: null,
    output: envelope,
    logs: [],
    error: null,
    attempts: [],
    started_at: run.started_at.toISOString(),
    duration_ms: 0,
  };
}

function ranStep(step: RanStep, input: unknown, output: unknown): RunStep {
  const { seq, input_seq, node_id, type, entity_id, name, status, logs, error } = step;
  return {
    ...{ seq, input_seq, node_id, type, entity_id, name, status, input, output, error },
    logs: logs ?? [],
    attempts: [],
    started_at: step.started_at.toISOString(),
    duration_ms: step.duration_us / 1_000,
  };
}

function deliveryStep(delivery: DeliveryRow, input: unknown): RunStep {
  const { seq, input_seq, node_id, status, attempts, next_attempt_at, held_by } = delivery;
  return {
    ...{ seq, input_seq, node_id, status, input, attempts },
    type: delivery.destination_type,
    entity_id: delivery.destination_id,
    name: delivery.destination_name,
    output: answerOf(delivery),
    logs: [],
    error: failureOf(delivery),
    delivery_id: delivery.id,
    ...(next_attempt_at === null ? {} : { next_attempt_at: next_attempt_at.toISOString() }),
    ...(held_by === null ? {} : { held_by }),
    started_at: delivery.created_at.toISOString(),
    duration_ms: totalMsOf(delivery),
  };
}
