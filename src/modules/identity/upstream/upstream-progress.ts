import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import type { Row } from '../../../core/database/row.js';
import type { Tx } from '../../../core/database/tx.js';
import { Clock } from '../../../core/time/clock.js';
import { UpstreamRefused } from '../identity.errors.js';
import { IdentityStatesRepository } from '../state/identity-states.repository.js';
import { UpstreamAway } from './upstream-away.js';
import type { UpstreamOutcome } from './upstream-outcome.js';
import type { UpstreamRegistration } from './upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream-registrations.repository.js';
import { delayAfterFailuresMs, pollDelayMs } from './upstream-retries.rules.js';
import { UpstreamSteps, type Attempt } from './upstream-steps.js';
import { UpstreamSync } from './upstream-sync.js';

type Registration = Row<UpstreamRegistration>;

const maxErrorLength = 500;

/** Makes one attempt to get on with the upstream, and settles what came of it: what is known of it, and when to come again. */
@Injectable()
export class UpstreamProgress {
  constructor(
    private readonly steps: UpstreamSteps,
    private readonly sync: UpstreamSync,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly states: IdentityStatesRepository,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async attempt(registration: Registration, attempt: Attempt): Promise<UpstreamOutcome> {
    try {
      if (registration.state === 'linked') {
        return { kind: 'done', reported: await this.sync.run(registration, attempt.signal) };
      }
      const reached = await this.steps.take(registration, attempt);
      return reached === null ? { kind: 'over' } : { kind: 'done' };
    } catch (error) {
      if (error instanceof UpstreamRefused) return { kind: 'refused', reason: error.message };
      if (!(error instanceof UpstreamAway)) throw error;
      return { kind: 'away', reason: error.message, retryAfterMs: error.retryAfterMs ?? 0 };
    }
  }

  /** After how long to come again, or null: never. The registration is held until the transaction ends. */
  async settle(tx: Tx, { id, tenantId }: Registration, outcome: UpstreamOutcome): Promise<number | null> {
    const live = await this.registrations.lockLive(tx, { id: tenantId });
    if (live?.id !== id || outcome.kind === 'over') return null;
    if (outcome.kind === 'refused') {
      await this.registrations.update(tx, this.refused(live, outcome.reason));
      return null;
    }
    const { failures, lastError, delayMs } =
      outcome.kind === 'done' ? await this.afterSuccess(live, outcome.reported) : afterFailure(live, outcome);
    const nextAttemptAt = new Date(this.clock.nowMs() + delayMs);
    await this.registrations.update(tx, { ...live, failures, lastError, nextAttemptAt });
    return delayMs;
  }

  /** What was said meanwhile is reported at once, and so is the first word after the link. */
  private async afterSuccess({ tenantId }: Registration, reported: number | undefined) {
    const current = await this.states.find({ id: tenantId }, 'current');
    const isReported = reported !== undefined && reported === (current?.version ?? 0);
    const delayMs = isReported ? pollDelayMs(this.settings.upstreamPollSeconds, Math.random()) : 0;
    return { failures: 0, lastError: null, delayMs };
  }

  private refused(live: Registration, reason: string): Registration {
    const forgotten = { provisioningKeySealed: null, deviceKeySealed: null, nextAttemptAt: null };
    const lastError = reason.slice(0, maxErrorLength);
    return {
      ...live,
      ...forgotten,
      lastError,
      failures: live.failures + 1,
      state: 'refused',
      endedAt: this.clock.now(),
    };
  }
}

function afterFailure(live: Registration, { reason, retryAfterMs }: { reason: string; retryAfterMs: number }) {
  const failures = live.failures + 1;
  const delayMs = delayAfterFailuresMs(failures, Math.random(), retryAfterMs);
  return { failures, lastError: reason.slice(0, maxErrorLength), delayMs };
}
