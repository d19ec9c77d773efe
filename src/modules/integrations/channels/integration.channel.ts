import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SecretUnreadable } from '../../../core/crypto/secret-box.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import {
  Channels,
  type AttemptOutcome,
  type Channel,
  type DisabledReason,
  type OutboundMessage,
} from '../../runs/channels/channels.service.js';
import { defaultScheduleMs } from '../config/integration-config.js';
import { IntegrationsService } from '../integrations.service.js';
import { failed } from './attempt.js';
import { HttpSender } from './http.sender.js';
import { MqttSender } from './mqtt.sender.js';
import type { Target } from './target.js';
import { Targets } from './targets.js';

/** Carries the messages of `integration` nodes: finds the integration and hands each message to the sender of its type. */
@Injectable()
export class IntegrationChannel implements Channel, OnModuleInit {
  readonly nodeType = 'integration';
  private readonly logger = new Logger(IntegrationChannel.name);

  constructor(
    private readonly channels: Channels,
    private readonly targets: Targets,
    private readonly integrations: IntegrationsService,
    private readonly http: HttpSender,
    private readonly mqtt: MqttSender,
  ) {}

  onModuleInit(): void {
    this.channels.register(this);
  }

  async send(tenant: Tenant, entityId: string, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    const target = await this.find(tenant, entityId);
    if (target === 'unreadable')
      return failed('config.secrets_unreadable', 'its secrets were sealed with another SECRET_KEY', true);
    if (target === null) return failed('integration.missing', 'the integration was deleted', false);
    if (!target.enabled)
      return { ...failed('integration.disabled', 'the integration is disabled', true), notMade: true };
    const outcome = await this.hand(target, message, signal);
    if (outcome.status === 'failed' && outcome.gone === true) await this.disable(tenant, entityId, 'gone');
    return outcome;
  }

  async disable(tenant: Tenant, entityId: string, reason: DisabledReason): Promise<void> {
    await this.integrations.disable(tenant, entityId, reason);
  }

  async scheduleMs(tenant: Tenant, entityId: string): Promise<readonly number[]> {
    const target = await this.find(tenant, entityId);
    return target === null || target === 'unreadable' ? defaultScheduleMs : target.scheduleMs;
  }

  private hand(target: Target, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    return target.type === 'http' ? this.http.send(target, message, signal) : this.mqtt.send(target, message, signal);
  }

  private async find(tenant: Tenant, entityId: string): Promise<Target | null | 'unreadable'> {
    try {
      return await this.targets.get(tenant, entityId);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      this.logger.error({ integration: entityId, err: error }, 'the secrets of an integration cannot be opened');
      return 'unreadable';
    }
  }
}
