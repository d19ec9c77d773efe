import { describe, expect, it } from '@jest/globals';
import { pack } from '../../../core/packing/packed.js';
import type { DeliveryRow } from './delivery-history.sql.js';
import type { FlowHistoryRow, RanStep, RunTrigger } from './run-rows.js';
import { firedTriggers, trailOf } from './run-trail.rules.js';

const noon = new Date('2026-11-20T12:00:00Z');
const envelope = { event: 'up', data: { temperature: 20 } };

const run: FlowHistoryRow = {
  id: 'run',
  flow_id: 'flow',
  flow_name: 'Rooms',
  flow_version: 1,
  event_id: 'event',
  device_id: 'device',
  replay_of: null,
  status: 'running',
  trigger_source: 'label',
  started_at: noon,
  finished_at: null,
  errors: null,
};

function aStep(given: Partial<RanStep>): RanStep {
  return {
    seq: 1,
    input_seq: 0,
    node_id: 'f',
    type: 'function',
    entity_id: 'function',
    name: 'to Fahrenheit',
    status: 'success',
    started_at: noon,
    duration_us: 120,
    output: pack('{"n":1}'),
    logs: null,
    error: null,
    ...given,
  };
}

function aDelivery(given: Partial<DeliveryRow>): DeliveryRow {
  return {
    id: 'delivery',
    run_id: 'run',
    flow_id: 'flow',
    flow_name: 'Rooms',
    destination_type: 'integration',
    destination_id: 'integration',
    destination_name: 'Alerts',
    seq: 2,
    input_seq: 1,
    node_id: 'h',
    status: 'delivered',
    code: null,
    created_at: noon,
    attempts: [],
    payload: null,
    next_attempt_at: null,
    held_by: null,
    ...given,
  };
}

function aTrigger(given: Partial<RunTrigger>): RunTrigger {
  return { node_id: 'l', type: 'label', entity_id: 'label', name: 'rooms', ...given };
}

describe('trailOf', () => {
  it('goes from the trigger by the numbers, steps and deliveries together', () => {
    const steps = [aStep({ seq: 3, node_id: 'after', input_seq: 1 }), aStep({ seq: 1 })];
    const deliveries = [aDelivery({ seq: 4, node_id: 'last', input_seq: 3 }), aDelivery({ seq: 2 })];
    const trail = trailOf({ run, envelope, triggers: [aTrigger({})], steps, deliveries });
    expect(trail.map((step) => [step.seq, step.node_id])).toEqual([
      [0, 'l'],
      [1, 'f'],
      [2, 'h'],
      [3, 'after'],
      [4, 'last'],
    ]);
  });

  it('shows a message wherever it came in: the envelope, or what the step before made of it', () => {
    const trail = trailOf({
      ...{ run, envelope, triggers: [aTrigger({})] },
      steps: [aStep({}), aStep({ seq: 3, input_seq: 0, output: pack('{"n":3}') })],
      deliveries: [aDelivery({}), aDelivery({ seq: 4, input_seq: 3 })],
    });
    expect(trail.map((step) => step.input)).toEqual([null, envelope, { n: 1 }, envelope, { n: 3 }]);
    expect(trail[0]?.output).toBe(envelope);
  });

  it('has no input where the message is past retention, but for what waits with its own', () => {
    const deliveries = [
      aDelivery({ input_seq: 0 }),
      aDelivery({ seq: 3, input_seq: 0, status: 'waiting', payload: pack('{"kept":true}') }),
    ];
    const trail = trailOf({ run, envelope: null, triggers: [], steps: [], deliveries });
    expect(trail.map((step) => step.input)).toEqual([null, { kept: true }]);
  });

  it('says of a waiting delivery when it is tried next, or what holds it', () => {
    const deliveries = [
      aDelivery({ status: 'waiting', next_attempt_at: noon }),
      aDelivery({ seq: 3, status: 'waiting', held_by: 'disabled' }),
    ];
    const [timed, held] = trailOf({ run, envelope, triggers: [], steps: [], deliveries });
    expect([timed?.next_attempt_at, timed?.held_by]).toEqual([noon.toISOString(), undefined]);
    expect([held?.next_attempt_at, held?.held_by]).toEqual([undefined, 'disabled']);
  });
});

describe('firedTriggers', () => {
  it('are those of the device itself and of the labels that it wore', () => {
    const own = aTrigger({ node_id: 'd', type: 'device', entity_id: 'device', name: 'Room 12' });
    const foreign = aTrigger({ node_id: 'x', type: 'device', entity_id: 'another', name: 'Room 13' });
    const worn = aTrigger({});
    const unworn = aTrigger({ node_id: 'm', name: 'cellars' });
    expect(firedTriggers([own, foreign, worn, unworn], run, ['rooms'])).toEqual([own, worn]);
  });

  it('are all labels when none is called as it was then', () => {
    const renamed = aTrigger({ name: 'chambers' });
    const foreign = aTrigger({ node_id: 'x', type: 'device', entity_id: 'another' });
    expect(firedTriggers([renamed, foreign], run, ['rooms'])).toEqual([renamed]);
  });
});
