import { Logger, type OnModuleInit } from '@nestjs/common';
import { SecretUnreadable } from '../../../core/crypto/secret-box.js';
import { defaultScheduleMs } from '../../../core/outbound/connection-config.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { failed } from './attempt-outcome.contract.js';
import type {
  AttemptOutcome,
  Channel,
  Channels,
  DestinationType,
  DisabledReason,
  OutboundMessage,
  Preview,
} from './channels.service.js';

/** A stored destination, opened and ready to be sent to. */
interface ReadyTarget {
  enabled: boolean;
  scheduleMs: readonly number[];
}

/** Finds destinations, opened and ready; null: the tenant has no such one. */
interface ReadyTargets<Target> {
  get(tenant: Tenant, id: string): Promise<Target | null>;
}

/** What every channel does before a message leaves: finds its destination, and tells one that cannot be used. */
export abstract class EntityChannel<Target extends ReadyTarget> implements Channel, OnModuleInit {
  abstract readonly nodeType: DestinationType;
  private readonly logger = new Logger(this.constructor.name);

  constructor(
    private readonly channels: Channels,
    private readonly targets: ReadyTargets<Target>,
  ) {}

  abstract disable(tenant: Tenant, entityId: string, reason: DisabledReason): Promise<void>;
  /** Makes one attempt, and ends on time whatever comes. */
  protected abstract hand(target: Target, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome>;
  /** What `hand` would send. */
  protected abstract show(target: Target, message: OutboundMessage): Preview;

  onModuleInit(): void {
    this.channels.register(this);
  }

  async send(tenant: Tenant, entityId: string, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    const target = await this.find(tenant, entityId);
    if (target === 'unreadable') return this.unreadable();
    if (target === null) return this.missing();
    if (!target.enabled)
      return { ...failed(`${this.nodeType}.disabled`, `the ${this.nodeType} is disabled`, true), notMade: true };
    const outcome = await this.hand(target, message, signal);
    if (outcome.status === 'failed' && outcome.gone === true) await this.disable(tenant, entityId, 'gone');
    return outcome;
  }

  async preview(tenant: Tenant, entityId: string, message: OutboundMessage): Promise<Preview> {
    const target = await this.find(tenant, entityId);
    if (target === 'unreadable') return { request: null, failure: this.unreadable() };
    if (target === null) return { request: null, failure: this.missing() };
    return this.show(target, message);
  }

  async scheduleMs(tenant: Tenant, entityId: string): Promise<readonly number[]> {
    const target = await this.find(tenant, entityId);
    return target === null || target === 'unreadable' ? defaultScheduleMs : target.scheduleMs;
  }

  private unreadable() {
    return failed('config.secrets_unreadable', 'its secrets were sealed with another SECRET_KEY', true);
  }

  private missing() {
    return failed(`${this.nodeType}.missing`, `the ${this.nodeType} was deleted`, false);
  }

  private async find(tenant: Tenant, entityId: string): Promise<Target | null | 'unreadable'> {
    try {
      return await this.targets.get(tenant, entityId);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      this.logger.error({ [this.nodeType]: entityId, err: error }, 'the secrets of a destination cannot be opened');
      return 'unreadable';
    }
  }
}
