import { Injectable, type OnModuleInit } from '@nestjs/common';
import { timeOf } from '../../core/ids/uuid-v7.js';
import { storableJson } from '../../core/json/storable-json.js';
import type { ClaimedJob, JobHandler } from '../../core/queue/job.js';
import { Queue } from '../../core/queue/queue.js';
import { FlowMatcherService } from '../flows/flow-matcher.service.js';
import { CompletionService } from '../runs/completion/completion.service.js';
import { RunsService } from '../runs/runs.service.js';
import { FlowWalker } from './walk/flow-walker.js';
import { HeldAttempts } from './walk/held-attempts.js';
import { numberingOf } from './walk/numbering-of.js';

/** What a delivery that had to wait left for the steps after it. */
interface Continuation {
  run_id: string;
  node_id: string;
  seq: number;
  input_seq: number;
  message: string;
}

/** Jobs of kind `continue-run`: the steps after a delivery that was not delivered at once. */
@Injectable()
export class ContinueRunHandler implements JobHandler, OnModuleInit {
  readonly kind = 'continue-run';

  constructor(
    private readonly queue: Queue,
    private readonly runs: RunsService,
    private readonly matcher: FlowMatcherService,
    private readonly walker: FlowWalker,
    private readonly completion: CompletionService,
    private readonly heldAttempts: HeldAttempts,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const tenant = { id: job.tenantId };
    const from = job.payload as Continuation;
    const run = await this.runs.find(tenant, from.run_id);
    const graph = run === null ? null : await this.matcher.graphOf(tenant, run.flowId, run.flowVersion);
    if (run === null || graph === null) {
      await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results: {} });
      return;
    }
    const numbering = numberingOf(graph);
    const arrivals = numbering
      .next(from.node_id, from.seq)
      .map((step) => ({ ...step, inputSeq: from.input_seq, messageJson: from.message }));
    const { id: runId, flowId, deviceId } = run;
    const ledger = await this.walker.walk(
      { tenant, runId, flowId, deviceId, graph, numbering, eventTimeMs: timeOf(run.eventId), signal },
      arrivals,
    );
    const { pending, succeeded, failed } = ledger.counts;
    const progress = {
      tenant_id: tenant.id,
      run_id: run.id,
      pending: pending - 1,
      succeeded,
      failed,
      errors: storableJson(ledger.errors),
    };
    const results = { ...ledger.rows, progress: [progress] };
    const saved = await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results });
    if (saved) this.heldAttempts.goOn(ledger.held);
  }
}
