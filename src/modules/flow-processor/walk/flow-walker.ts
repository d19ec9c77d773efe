import { Injectable } from '@nestjs/common';
import { storableJson } from '../../../core/json/storable-json.js';
import { pack } from '../../../core/packing/packed.js';
import { Clock } from '../../../core/time/clock.js';
import { Channels, type DestinationRef } from '../../runs/channels/channels.service.js';
import type { StepOutcome } from '../steps/step-kind.js';
import { StepKinds } from '../steps/step-kinds.js';
import { FirstAttempt } from './first-attempt.js';
import { RunLedger } from './run-ledger.js';
import type { Arrival, Walk } from './walk.js';

/** Carries messages through a flow's graph, path by path; branches go side by side and fail alone. */
@Injectable()
export class FlowWalker {
  constructor(
    private readonly kinds: StepKinds,
    private readonly channels: Channels,
    private readonly firstAttempt: FirstAttempt,
    private readonly clock: Clock,
  ) {}

  async walk(walk: Walk, arrivals: Arrival[]): Promise<RunLedger> {
    const ledger = new RunLedger();
    await this.visitAll(walk, arrivals, ledger);
    return ledger;
  }

  private async visitAll(walk: Walk, arrivals: Arrival[], ledger: RunLedger): Promise<void> {
    await Promise.all(arrivals.map((arrival) => this.visit(walk, arrival, ledger)));
  }

  private async visit(walk: Walk, arrival: Arrival, ledger: RunLedger): Promise<void> {
    const { type, entityId } = walk.graph.node(arrival.nodeId);
    if (this.channels.carries(type)) await this.deliver(walk, arrival, { type, id: entityId }, ledger);
    else await this.runStep(walk, arrival, ledger);
  }

  private async runStep(walk: Walk, arrival: Arrival, ledger: RunLedger): Promise<void> {
    const { type, entityId } = walk.graph.node(arrival.nodeId);
    const startedAt = this.clock.now();
    const { tenant, runId, eventTimeMs } = walk;
    const isTrial = walk.deliverer !== undefined;
    const { nodeId, seq, messageJson } = arrival;
    const outcome = await this.kinds
      .get(type)
      .run({ tenant, runId, nodeId, entityId, seq, messageJson, eventTimeMs, isTrial });
    ledger.steps.push({
      run_id: runId,
      tenant_id: tenant.id,
      entity_id: entityId,
      started_at: startedAt,
      duration_us: outcome.durationUs,
      entity_version: outcome.entityVersion,
      seq,
      input_seq: arrival.inputSeq,
      type,
      status: outcome.status,
      node_id: nodeId,
      output: outcome.outputJson === null ? null : pack(outcome.outputJson),
      logs: outcome.logs.length === 0 ? null : storableJson(outcome.logs),
      error: outcome.error === null ? null : storableJson(outcome.error),
    });
    await this.goOn(walk, arrival, outcome, ledger);
  }

  private async goOn(walk: Walk, arrival: Arrival, outcome: StepOutcome, ledger: RunLedger): Promise<void> {
    if (outcome.status === 'error') {
      ledger.pathFailed(arrival.nodeId, outcome.error?.message ?? 'failed');
    } else if (outcome.status === 'filtered' || outcome.outputJson === null) {
      ledger.pathSucceeded();
    } else {
      await this.follow(walk, arrival, { inputSeq: arrival.seq, messageJson: outcome.outputJson }, ledger);
    }
  }

  private async deliver(walk: Walk, arrival: Arrival, to: DestinationRef, ledger: RunLedger): Promise<void> {
    const deliverer = walk.deliverer ?? this.firstAttempt;
    if (await deliverer.make(walk, arrival, to, ledger)) await this.follow(walk, arrival, arrival, ledger);
  }

  private async follow(
    walk: Walk,
    from: { nodeId: string; seq: number },
    message: { inputSeq: number; messageJson: string },
    ledger: RunLedger,
  ): Promise<void> {
    const next = walk.numbering.next(from.nodeId, from.seq);
    if (next.length === 0) ledger.pathSucceeded();
    const { inputSeq, messageJson } = message;
    await this.visitAll(
      walk,
      next.map((step) => ({ ...step, inputSeq, messageJson })),
      ledger,
    );
  }
}
