import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import {
  Channels,
  type AttemptOutcome,
  type DisabledReason,
  type OutboundMessage,
  type Preview,
} from '../../runs/channels/channels.service.js';
import { EntityChannel } from '../../runs/channels/entity-channel.contract.js';
import { IntegrationsService } from '../integrations.service.js';
import { HttpSender } from './http.sender.js';
import { MqttSender } from './mqtt.sender.js';
import type { Target } from './target.js';
import { Targets } from './targets.js';

/** Carries the messages of `integration` nodes: hands each message to the sender of its integration's type. */
@Injectable()
export class IntegrationChannel extends EntityChannel<Target> {
  readonly nodeType = 'integration';

  constructor(
    channels: Channels,
    targets: Targets,
    private readonly integrations: IntegrationsService,
    private readonly http: HttpSender,
    private readonly mqtt: MqttSender,
  ) {
    super(channels, targets);
  }

  async disable(tenant: Tenant, entityId: string, reason: DisabledReason): Promise<void> {
    await this.integrations.disable(tenant, entityId, reason);
  }

  protected hand(target: Target, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    return target.type === 'http' ? this.http.send(target, message, signal) : this.mqtt.send(target, message, signal);
  }

  protected show(target: Target, message: OutboundMessage): Preview {
    return target.type === 'http' ? this.http.preview(target, message) : this.mqtt.preview(target, message);
  }
}
