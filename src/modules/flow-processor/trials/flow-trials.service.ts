import { Injectable } from '@nestjs/common';
import { derivedId, newId, timeOf } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { DeviceContexts } from '../../devices/device-contexts.service.js';
import type { Envelope } from '../../devices/journal/envelope/envelope.contract.js';
import { FlowDraftsService } from '../../flows/flow-drafts.service.js';
import { FlowMatcherService, type MatchedFlow } from '../../flows/flow-matcher.service.js';
import { FlowsService } from '../../flows/flows.service.js';
import { SampleMessages, type SampleMessage, type SampleSubject } from '../../functions/sample-messages.service.js';
import { Channels } from '../../runs/channels/channels.service.js';
import { FlowWalker } from '../walk/flow-walker.js';
import { numberingOf } from '../walk/numbering-of.js';
import type { RunLedger } from '../walk/run-ledger.js';
import { PreviewedDeliveries, type PreviewedDelivery } from './previewed-deliveries.js';

type Graph = MatchedFlow['graph'];

/** What a dry run came to. */
export interface FlowTrial {
  envelope: object;
  graph: Graph;
  firedIds: readonly string[];
  ledger: RunLedger;
  deliveries: readonly PreviewedDelivery[];
  startedAt: Date;
  durationMs: number;
}

/** Walks flows, saved or only drawn, on samples and stored events: functions really run, nothing leaves, nothing is kept. */
@Injectable()
export class FlowTrials {
  constructor(
    private readonly flows: FlowsService,
    private readonly drafts: FlowDraftsService,
    private readonly matcher: FlowMatcherService,
    private readonly samples: SampleMessages,
    private readonly devices: DeviceContexts,
    private readonly walker: FlowWalker,
    private readonly channels: Channels,
    private readonly clock: Clock,
  ) {}

  /** The current version, enabled or not. */
  async tryStored(tenant: Tenant, flowId: string, subject: SampleSubject): Promise<FlowTrial> {
    const { version } = await this.flows.get(tenant, flowId);
    const graph = await this.matcher.graphOf(tenant, flowId, version);
    if (graph === null) throw new Error(`flow ${flowId} has no current version`);
    return this.walk(tenant, flowId, graph, await this.samples.of(tenant, subject));
  }

  async tryDraft(
    tenant: Tenant,
    drawn: { nodes: readonly unknown[]; edges: readonly unknown[] },
    subject: SampleSubject,
  ): Promise<FlowTrial> {
    const graph = await this.drafts.graphOf(tenant, drawn);
    return this.walk(tenant, newId(this.clock.nowMs()), graph, await this.samples.of(tenant, subject));
  }

  /** Ids, clock and chance are those of the run that the event would start: what is seen here is what would happen. */
  private async walk(tenant: Tenant, flowId: string, graph: Graph, message: SampleMessage): Promise<FlowTrial> {
    const { envelope, eventId, receivedAtMs, isStored } = message;
    const startedAt = this.clock.now();
    const startedMs = performance.now();
    const firedIds = isStored ? await this.fired(tenant, graph, envelope as Envelope) : graph.triggerIds;
    const deliverer = new PreviewedDeliveries(this.channels, () => this.clock.now());
    const numbering = numberingOf(graph);
    const messageJson = JSON.stringify(envelope);
    const ledger = await this.walker.walk(
      {
        ...{ tenant, flowId, graph, numbering, deliverer },
        runId: derivedId(timeOf(eventId), 'run', eventId, flowId, 0),
        deviceId: (envelope as Envelope).device.id,
        eventTimeMs: receivedAtMs,
        signal: new AbortController().signal,
      },
      numbering.roots(firedIds).map((root) => ({ ...root, inputSeq: 0, messageJson })),
    );
    const durationMs = performance.now() - startedMs;
    return { envelope, graph, firedIds, ledger, deliveries: deliverer.previewed, startedAt, durationMs };
  }

  /** As the event would start the flow, by the labels that its device wears now. */
  private async fired(tenant: Tenant, graph: Graph, envelope: Envelope): Promise<readonly string[]> {
    const deviceId = envelope.device.id;
    const device = (await this.devices.contextsOf([{ tenantId: tenant.id, deviceId }])).get(deviceId);
    return this.matcher.firedTriggers(graph, {
      deviceId,
      labelIds: device?.labels.map((label) => label.id) ?? [],
      event: envelope.event,
      fPort: envelope.f_port ?? null,
    });
  }
}
