import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { derivedId, timeOf } from '../../../core/ids/uuid-v7.js';
import { pack } from '../../../core/packing/packed.js';
import { Queue } from '../../../core/queue/queue.js';
import { Clock } from '../../../core/time/clock.js';
import type { DestinationRef, OutboundMessage } from '../../runs/channels/channels.service.js';
import type { Attempt, EndedRow, WaitingRow } from '../../runs/completion/results.contract.js';
import { AttemptsService, type FailedAttempt, type Tried } from '../../runs/deliveries/attempts.service.js';
import { DestinationsService } from '../../runs/deliveries/destinations/destinations.service.js';
import type { Arrival, Deliverer, Walk } from './walk.js';
import { Interrupted } from './interrupted.js';
import type { AttemptUnderWay, RunLedger } from './run-ledger.js';

/** A destination that has not answered by then is not waited for: the run is saved and the attempt goes on. */
const patienceMs = 200;

/** Makes the first attempt of a delivery inside its run, and writes down where that leaves the delivery. */
@Injectable()
export class FirstAttempt implements Deliverer {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly destinations: DestinationsService,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  /** True: delivered, and what follows may run now. */
  async make(walk: Walk, arrival: Arrival, to: DestinationRef, ledger: RunLedger): Promise<boolean> {
    const delivery = this.deliveryOf(walk, arrival, to);
    // Beside a job that was held in a crash nothing begins that can as well be a job of its own.
    const leave = this.queue.keepsQuiet ? undefined : await this.destinations.enter(walk.tenant, to.id);
    if (leave === undefined) {
      ledger.waiting.push(this.waiting(walk, arrival, delivery, []));
      return false;
    }
    const tried = this.attempt(walk, arrival, to, delivery).finally(leave);
    const known = await withinPatience(tried);
    if (known === undefined) {
      this.hold(walk, arrival, delivery, { tried, leave }, ledger);
      return false;
    }
    if (known.outcome.status === 'failed' && walk.signal.aborted) throw new Interrupted();
    return this.settle(walk, arrival, to, delivery, known, ledger);
  }

  private attempt(walk: Walk, arrival: Arrival, to: DestinationRef, delivery: DeliveryIdentity): Promise<Tried> {
    const message: OutboundMessage = {
      deliveryId: delivery.id,
      runId: walk.runId,
      flowId: walk.flowId,
      nodeId: arrival.nodeId,
      deviceId: walk.deviceId,
      messageJson: arrival.messageJson,
    };
    return this.attempts.make(walk.tenant, to, message, walk.signal);
  }

  /** The run's part is committed without it; the delivery's own job, already held here, takes the outcome. */
  private hold(
    walk: Walk,
    arrival: Arrival,
    delivery: DeliveryIdentity,
    underWay: AttemptUnderWay,
    ledger: RunLedger,
  ): void {
    const workerId = this.queue.workerId;
    const row = this.waiting(walk, arrival, delivery, []);
    if (workerId === undefined) {
      ledger.waiting.push(row);
      return;
    }
    const leaseToken = randomUUID();
    ledger.waiting.push({ ...row, worker_id: workerId, lease_token: leaseToken });
    ledger.held.push({
      job: {
        id: delivery.id,
        tenantId: walk.tenant.id,
        laneId: delivery.destination_id,
        kind: 'deliver',
        payload: null,
        leaseToken,
      },
      ...underWay,
    });
  }

  private async settle(
    walk: Walk,
    arrival: Arrival,
    to: DestinationRef,
    delivery: DeliveryIdentity,
    { attempt, outcome }: Tried,
    ledger: RunLedger,
  ): Promise<boolean> {
    if (outcome.status === 'delivered') {
      ledger.ended.push(this.ended(delivery, attempt, null));
      return true;
    }
    if (outcome.notMade === true) {
      ledger.waiting.push(this.waiting(walk, arrival, delivery, []));
      return false;
    }
    const delayMs = await this.attempts.delayAfter(walk.tenant, to, 1, outcome);
    if (delayMs === null) {
      ledger.ended.push(this.ended(delivery, attempt, outcome));
      ledger.pathFailed(arrival.nodeId, outcome.error);
    } else {
      ledger.waiting.push({ ...this.waiting(walk, arrival, delivery, [attempt]), delay_ms: delayMs });
    }
    return false;
  }

  /** The same after every crash and in every process: the number of the step tells two messages of a node apart. */
  private deliveryOf(walk: Walk, arrival: Arrival, to: DestinationRef): DeliveryIdentity {
    return {
      id: derivedId(timeOf(walk.runId), 'delivery', walk.runId, arrival.nodeId, arrival.seq),
      tenant_id: walk.tenant.id,
      run_id: walk.runId,
      flow_id: walk.flowId,
      destination_id: to.id,
      created_at: this.clock.now(),
      seq: arrival.seq,
      input_seq: arrival.inputSeq,
      node_id: arrival.nodeId,
    };
  }

  private waiting(walk: Walk, arrival: Arrival, delivery: DeliveryIdentity, attempts: Attempt[]): WaitingRow {
    return {
      ...delivery,
      delay_ms: 0,
      continues: walk.graph.outgoing(arrival.nodeId).length > 0,
      payload: pack(arrival.messageJson),
      attempts: JSON.stringify(attempts),
      worker_id: null,
      lease_token: null,
    };
  }

  private ended(delivery: DeliveryIdentity, attempt: Attempt, failure: FailedAttempt | null): EndedRow {
    return {
      ...delivery,
      finished_at: this.clock.now(),
      status: failure === null ? 'delivered' : 'failed',
      code: failure === null ? null : failure.code,
      attempts: JSON.stringify([attempt]),
    };
  }
}

type DeliveryIdentity = Omit<EndedRow, 'finished_at' | 'status' | 'code' | 'attempts'>;

async function withinPatience(tried: Promise<Tried>): Promise<Tried | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  try {
    return await Promise.race([tried, patience]);
  } finally {
    clearTimeout(timer);
  }
}
