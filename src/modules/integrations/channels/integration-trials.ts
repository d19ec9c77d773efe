import { Injectable } from '@nestjs/common';
import { newId } from '../../../core/ids/uuid-v7.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, OutboundMessage } from '../../runs/channels/channels.service.js';
import { TestIntegrationResponse } from '../dto/test-integration.response.js';
import { IntegrationNotFound } from '../integration.errors.js';
import { HttpSender } from './http.sender.js';
import { MqttSender } from './mqtt.sender.js';
import type { HttpTarget, MqttTarget } from './target.js';
import { Targets } from './targets.js';
import { sampleMessage } from './sample-message.js';

/** What was sent, without secrets, and what came of it. */
interface Trial {
  request: object | null;
  outcome: AttemptOutcome;
}

/** Sends one real message through an integration, also a disabled one, and shows both sides of the exchange. */
@Injectable()
export class IntegrationTrials {
  constructor(
    private readonly targets: Targets,
    private readonly http: HttpSender,
    private readonly mqtt: MqttSender,
    private readonly clock: Clock,
  ) {}

  async send(tenant: Tenant, integrationId: string, message: unknown): Promise<TestIntegrationResponse> {
    const target = await this.targets.read(tenant, integrationId);
    if (target === null) throw new IntegrationNotFound();
    const outbound = this.outbound(message);
    const startedMs = performance.now();
    const { request, outcome } = await (target.type === 'http'
      ? this.overHttp(target, outbound)
      : this.overMqtt(target, outbound));
    return new TestIntegrationResponse(outcome, request, performance.now() - startedMs);
  }

  private outbound(message: unknown): OutboundMessage {
    const id = newId(this.clock.nowMs());
    const messageJson = JSON.stringify(message ?? sampleMessage(id, this.clock.now()));
    return { deliveryId: id, runId: id, flowId: id, nodeId: 'test', messageJson };
  }

  private async overHttp(target: HttpTarget, message: OutboundMessage): Promise<Trial> {
    const request = this.http.requestOf(target, message);
    if (!('url' in request)) return { request: null, outcome: request };
    const outcome = await this.http.exchange(target, request, new AbortController().signal);
    return { request: this.http.shown(target, request), outcome };
  }

  private async overMqtt(target: MqttTarget, message: OutboundMessage): Promise<Trial> {
    const publication = this.mqtt.publicationOf(target, message);
    if (!('topic' in publication)) return { request: null, outcome: publication };
    const outcome = await this.mqtt.publish(target, publication, new AbortController().signal);
    const { topic, payload, qos, retain } = publication;
    const { host, port, tls } = target.config;
    return { request: { host, port: port ?? (tls === undefined ? 1883 : 8883), topic, qos, retain, payload }, outcome };
  }
}
