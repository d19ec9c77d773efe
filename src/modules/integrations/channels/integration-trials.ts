import { Injectable } from '@nestjs/common';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, OutboundMessage, Preview } from '../../runs/channels/channels.service.js';
import { TestIntegrationResponse } from '../dto/test-integration.response.js';
import { IntegrationNotFound } from '../integration.errors.js';
import { HttpSender } from './http.sender.js';
import { MqttSender } from './mqtt.sender.js';
import type { Target } from './target.js';
import { Targets } from './targets.js';
import { sampleMessage } from '../../runs/channels/sample-message.contract.js';

/** Sends one real message through an integration, also a disabled one, and shows both sides of the exchange. */
@Injectable()
export class IntegrationTrials {
  constructor(
    private readonly targets: Targets,
    private readonly http: HttpSender,
    private readonly mqtt: MqttSender,
    private readonly clock: Clock,
  ) {}

  async run(tenant: Tenant, integrationId: string, message: unknown): Promise<TestIntegrationResponse> {
    const target = await this.targets.read(tenant, integrationId);
    if (target === null) throw new IntegrationNotFound();
    const outbound = this.outbound(message);
    const startedMs = performance.now();
    const { request, failure } = this.preview(target, outbound);
    const outcome = failure ?? (await this.send(target, outbound));
    return new TestIntegrationResponse(outcome, request, performance.now() - startedMs);
  }

  private outbound(message: unknown): OutboundMessage {
    const id = newId(this.clock.nowMs());
    const messageJson = JSON.stringify(message ?? sampleMessage(id, this.clock.now()));
    return { deliveryId: id, runId: id, flowId: id, nodeId: 'test', deviceId: null, messageJson };
  }

  private preview(target: Target, message: OutboundMessage): Preview {
    return target.type === 'http' ? this.http.preview(target, message) : this.mqtt.preview(target, message);
  }

  private send(target: Target, message: OutboundMessage): Promise<AttemptOutcome> {
    const { signal } = new AbortController();
    return target.type === 'http' ? this.http.send(target, message, signal) : this.mqtt.send(target, message, signal);
  }
}
