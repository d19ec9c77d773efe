import { Injectable, Logger } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import {
  Channels,
  type AttemptOutcome,
  type DestinationRef,
  type OutboundMessage,
} from '../channels/channels.service.js';
import type { Attempt } from '../completion/results.contract.js';
import { attemptOf } from './attempt.js';
import { Breaker } from './destinations/breaker.js';
import { delayBeforeNextMs } from './retry-schedule.rules.js';

export type FailedAttempt = AttemptOutcome & { status: 'failed' };

/** An attempt and its outcome, which says whether another may follow. */
export interface Tried {
  attempt: Attempt;
  outcome: AttemptOutcome;
}

/** Makes single attempts through the channels and remembers the ones that their starter stopped waiting for. */
@Injectable()
export class AttemptsService {
  private readonly logger = new Logger(AttemptsService.name);
  private readonly underWay = new Map<string, Promise<Tried>>();

  constructor(
    private readonly channels: Channels,
    private readonly breaker: Breaker,
    private readonly clock: Clock,
  ) {}

  /** Never throws: a channel that breaks its promise is a failed attempt that is tried again. */
  async make(
    tenant: Tenant,
    destination: DestinationRef,
    message: OutboundMessage,
    signal: AbortSignal,
    isProbe = false,
  ): Promise<Tried> {
    const startedAtMs = this.clock.nowMs();
    const outcome = await this.send(tenant, destination, message, signal);
    const attempt = attemptOf(outcome, startedAtMs, this.clock.nowMs());
    await this.breaker.learn(tenant, destination, outcome, isProbe);
    return { attempt, outcome };
  }

  /** How long to wait after so many attempts, or null: there are no more. */
  async delayAfter(
    tenant: Tenant,
    { type, id }: DestinationRef,
    attemptsMade: number,
    failure: FailedAttempt,
  ): Promise<number | null> {
    if (!failure.retryable) return null;
    const scheduleMs = await this.channels.get(type).scheduleMs(tenant, id);
    const delayMs = delayBeforeNextMs(scheduleMs, attemptsMade, Math.random(), failure.retryAfterMs);
    // Whoever answered 410 is disabled now: the delivery waits with the others until a person decides.
    return failure.gone === true ? (delayMs ?? 0) : delayMs;
  }

  /** The attempt goes on after its run was saved; the delivery's own job takes its outcome. */
  handOver(deliveryId: string, tried: Promise<Tried>): void {
    this.underWay.set(deliveryId, tried);
  }

  takeOver(deliveryId: string): Promise<Tried> | undefined {
    const tried = this.underWay.get(deliveryId);
    this.underWay.delete(deliveryId);
    return tried;
  }

  private async send(
    tenant: Tenant,
    { type, id }: DestinationRef,
    message: OutboundMessage,
    signal: AbortSignal,
  ): Promise<AttemptOutcome> {
    try {
      return await this.channels.get(type).send(tenant, id, message, signal);
    } catch (error) {
      this.logger.error({ err: error, delivery: message.deliveryId }, 'a channel threw');
      return { status: 'failed', code: 'channel.broken', error: 'the attempt could not be made', retryable: true };
    }
  }
}
