import { Injectable, type OnModuleInit } from '@nestjs/common';
import { derivedId, timeOf } from '../../core/ids/uuid-v7.js';
import { storableJson } from '../../core/json/storable-json.js';
import type { ClaimedJob, JobHandler } from '../../core/queue/job.js';
import { Queue } from '../../core/queue/queue.js';
import { Clock } from '../../core/time/clock.js';
import { DeviceContexts, type DeviceContext } from '../devices/device-contexts.service.js';
import {
  envelopeDevice,
  envelopeOf,
  readingsOf,
  type Envelope,
} from '../devices/journal/envelope/envelope.contract.js';
import { EventReaderService, type StoredEvent } from '../devices/journal/event-reader.service.js';
import { FlowMatcherService, type MatchedFlow } from '../flows/flow-matcher.service.js';
import { CompletionService } from '../runs/completion/completion.service.js';
import type { LatestRow, Results } from '../runs/completion/results.contract.js';
import { codecOf } from './decoding/decoding.rules.js';
import { UplinkDecoder, type Decoding } from './decoding/uplink-decoder.js';
import { latestValuesOf } from './envelope/latest-values.rules.js';
import { RunContexts, type RunContext } from './run-contexts.js';
import { numberingOf } from './walk/numbering-of.js';
import { FlowWalker } from './walk/flow-walker.js';
import { HeldAttempts } from './walk/held-attempts.js';
import type { RunLedger } from './walk/run-ledger.js';

/** Jobs of kind `process-event`: one stored event through every flow that matches it, committed at once. */
@Injectable()
export class ProcessEventHandler implements JobHandler, OnModuleInit {
  readonly kind = 'process-event';

  constructor(
    private readonly queue: Queue,
    private readonly events: EventReaderService,
    private readonly devices: DeviceContexts,
    private readonly decoder: UplinkDecoder,
    private readonly matcher: FlowMatcherService,
    private readonly walker: FlowWalker,
    private readonly contexts: RunContexts,
    private readonly completion: CompletionService,
    private readonly heldAttempts: HeldAttempts,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  /** What happens to one stored event, in order. */
  async run(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const event = await this.events.find(job.tenantId, job.id);
    const device = event === null ? undefined : await this.deviceOf(event);
    if (event === null || device === undefined) {
      await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results: {} });
      return;
    }
    const matched = await this.match(event, device);
    if (matched.length === 0 && codecOf(device) === null) {
      // Most of what most fleets say: nothing is made of it but the device's latest values.
      const latest = this.latestOf(event, { event: event.event, data: readingsOf(event) });
      await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results: { latest } });
      return;
    }
    const decoding = await this.decoder.decode(event, device, envelopeOf(event, envelopeDevice(device)));
    const { envelope } = decoding;
    const walked = await Promise.all(matched.map((flow) => this.walk(event, envelope, flow, signal)));
    const results = this.resultsOf(event, decoding, walked);
    const saved = await this.completion.complete({ jobId: job.id, leaseToken: job.leaseToken, results });
    if (saved) this.goOn(walked, results);
  }

  private goOn(walked: Walked[], results: Results): void {
    this.contexts.saved(results.contexts ?? []);
    this.heldAttempts.goOn(walked.flatMap(({ ledger }) => ledger.held));
  }

  private async deviceOf(event: StoredEvent): Promise<DeviceContext | undefined> {
    const { tenantId, deviceId } = event;
    return (await this.devices.contextsOf([{ tenantId, deviceId }])).get(deviceId);
  }

  private match(event: StoredEvent, device: DeviceContext): Promise<MatchedFlow[]> {
    return this.matcher.match({
      tenantId: event.tenantId,
      deviceId: event.deviceId,
      labelIds: device.labels.map((label) => label.id),
      event: event.event,
      fPort: event.fPort,
    });
  }

  private async walk(event: StoredEvent, envelope: Envelope, flow: MatchedFlow, signal: AbortSignal): Promise<Walked> {
    const startedAt = this.clock.now();
    const runId = derivedId(timeOf(event.id), 'run', event.id, flow.flowId, 0);
    const numbering = numberingOf(flow.graph);
    const messageJson = JSON.stringify(envelope);
    const arrivals = numbering.roots(flow.triggerNodeIds).map((root) => ({ ...root, inputSeq: 0, messageJson }));
    const ledger = await this.walker.walk(
      {
        tenant: { id: event.tenantId },
        runId,
        flowId: flow.flowId,
        deviceId: event.deviceId,
        graph: flow.graph,
        numbering,
        eventTimeMs: timeOf(event.id),
        signal,
      },
      arrivals,
    );
    return { flow, runId, startedAt, ledger };
  }

  private resultsOf(event: StoredEvent, { envelope, rows: decoded }: Decoding, walked: Walked[]): Results {
    const latest = this.latestOf(event, envelope);
    if (walked.length === 0) return { latest, decoded };
    const context = this.contexts.of({ id: event.tenantId }, envelope.device);
    return {
      latest,
      decoded,
      contexts: context.rows,
      runs: walked.map((walk) => this.runRow(event, walk, context)),
      steps: walked.flatMap(({ ledger }) => ledger.steps),
      waiting: walked.flatMap(({ ledger }) => ledger.waiting),
      ended: walked.flatMap(({ ledger }) => ledger.ended),
    };
  }

  private latestOf(event: StoredEvent, message: Pick<Envelope, 'event' | 'data'>): LatestRow[] {
    const timeMs = event.time.getTime();
    const values = latestValuesOf(message, timeMs, event.fCnt);
    if (values === null) return [];
    const heardMs = event.event === 'telemetry' ? timeOf(event.id) : null;
    return [{ device_id: event.deviceId, time_ms: timeMs, f_cnt: event.fCnt, heard_ms: heardMs, values }];
  }

  private runRow(event: StoredEvent, { flow, runId, startedAt, ledger }: Walked, context: RunContext) {
    const counts = ledger.counts;
    return {
      id: runId,
      tenant_id: event.tenantId,
      flow_id: flow.flowId,
      event_id: event.id,
      device_id: event.deviceId,
      context_id: context.id,
      started_at: startedAt,
      finished_at: counts.pending > 0 ? null : this.clock.now(),
      flow_version: flow.version,
      ...counts,
      trigger_source: flow.triggerSource,
      errors: ledger.errors.length === 0 ? null : storableJson(ledger.errors),
      replay_of: null,
      replay_number: 0,
    };
  }
}

/** One matching flow and what came of it. */
interface Walked {
  flow: MatchedFlow;
  runId: string;
  startedAt: Date;
  ledger: RunLedger;
}
