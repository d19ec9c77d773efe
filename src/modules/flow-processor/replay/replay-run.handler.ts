import { Injectable, type OnModuleInit } from '@nestjs/common';
import { timeOf } from '../../../core/ids/uuid-v7.js';
import { storableJson } from '../../../core/json/storable-json.js';
import type { ClaimedJob, JobHandler } from '../../../core/queue/job.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { DeviceContexts } from '../../devices/device-contexts.service.js';
import type { Envelope } from '../../devices/journal/envelope/envelope.contract.js';
import { FlowMatcherService, type MatchedFlow } from '../../flows/flow-matcher.service.js';
import { CompletionService } from '../../runs/completion/completion.service.js';
import type { RunRow } from '../../runs/completion/results.contract.js';
import { RunInputsService } from '../../runs/histories/run-inputs.service.js';
import { RunsService } from '../../runs/runs.service.js';
import { FlowWalker } from '../walk/flow-walker.js';
import { HeldAttempts } from '../walk/held-attempts.js';
import { numberingOf } from '../walk/numbering-of.js';
import { RunLedger } from '../walk/run-ledger.js';
import type { ReplayRunJob } from './replay-run.job.js';

/**
 * Jobs of kind `replay-run`: the message of a run, as its device was then, through one version of its flow as a new run.
 * What the device said is not news: its latest readings stay as they are.
 */
@Injectable()
export class ReplayRunHandler implements JobHandler, OnModuleInit {
  readonly kind = 'replay-run';

  constructor(
    private readonly queue: Queue,
    private readonly runs: RunsService,
    private readonly inputs: RunInputsService,
    private readonly devices: DeviceContexts,
    private readonly matcher: FlowMatcherService,
    private readonly walker: FlowWalker,
    private readonly completion: CompletionService,
    private readonly heldAttempts: HeldAttempts,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const tenant = { id: job.tenantId };
    const request = job.payload as ReplayRunJob;
    const { id: jobId, leaseToken } = job;
    // Two who asked in the same moment asked for the same run.
    if ((await this.runs.find(tenant, jobId)) !== null) {
      await this.completion.complete({ jobId, leaseToken, results: {} });
      return;
    }
    const startedAt = this.clock.now();
    const ledger = await this.walk(tenant, jobId, request, signal);
    const results = { ...ledger.rows, runs: [this.runRow(tenant, jobId, request, startedAt, ledger)] };
    if (await this.completion.complete({ jobId, leaseToken, results })) this.heldAttempts.goOn(ledger.held);
  }

  private async walk(tenant: Tenant, runId: string, request: ReplayRunJob, signal: AbortSignal): Promise<RunLedger> {
    const envelope = await this.inputs.findEnvelope(tenant, request.replay_of);
    const flow = envelope === null ? null : await this.match(tenant, request, envelope);
    if (envelope === null || flow === null) return nothingLeft();
    const numbering = numberingOf(flow.graph);
    const messageJson = JSON.stringify(envelope);
    return this.walker.walk(
      {
        ...{ tenant, runId, numbering, signal },
        flowId: request.flow_id,
        deviceId: request.device_id,
        graph: flow.graph,
        eventTimeMs: timeOf(request.event_id),
      },
      numbering.roots(flow.triggerNodeIds).map((root) => ({ ...root, inputSeq: 0, messageJson })),
    );
  }

  /** By the labels that the device wears now: names of then would not say which those were. */
  private async match(tenant: Tenant, request: ReplayRunJob, envelope: Envelope): Promise<MatchedFlow | null> {
    const { device_id: deviceId, flow_id: flowId, version } = request;
    const device = (await this.devices.contextsOf([{ tenantId: tenant.id, deviceId }])).get(deviceId);
    return this.matcher.matchVersion(
      tenant,
      { flowId, version },
      {
        deviceId,
        labelIds: device?.labels.map((label) => label.id) ?? [],
        event: envelope.event,
        fPort: envelope.f_port ?? null,
      },
    );
  }

  private runRow(tenant: Tenant, id: string, request: ReplayRunJob, startedAt: Date, ledger: RunLedger): RunRow {
    const { flow_id, event_id, device_id, context_id, trigger_source, replay_of, replay_number, version } = request;
    const counts = ledger.counts;
    return {
      ...{ id, flow_id, event_id, device_id, context_id, trigger_source, replay_of, replay_number },
      tenant_id: tenant.id,
      started_at: startedAt,
      finished_at: counts.pending > 0 ? null : this.clock.now(),
      flow_version: version,
      ...counts,
      errors: ledger.errors.length === 0 ? null : storableJson(ledger.errors),
    };
  }
}

/** Between the request and now its event went past retention: whoever asked finds that in the run. */
function nothingLeft(): RunLedger {
  const ledger = new RunLedger();
  ledger.pathFailed('', 'the message that the run began with is past retention');
  return ledger;
}
