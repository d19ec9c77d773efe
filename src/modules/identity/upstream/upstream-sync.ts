import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import { mergeDiff } from '../../../core/json/merge-diff.js';
import { mergePatch } from '../../../core/json/merge-patch.js';
import { userAgent } from '../../../core/outbound/user-agent.js';
import { Clock } from '../../../core/time/clock.js';
import { IdentitiesRepository } from '../identities.repository.js';
import { IdentitySecrets } from '../identity-secrets.js';
import type { IdentityState } from '../state/identity-state.entity.js';
import { IdentityStatesRepository } from '../state/identity-states.repository.js';
import { IdentityStatesService } from '../state/identity-states.service.js';
import { reasonIn, targetIn } from './upstream-answers.rules.js';
import { UpstreamAway } from './upstream-away.js';
import { UpstreamClient, type UpstreamAnswer } from './upstream-client.js';
import type { UpstreamRegistration } from './upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream-registrations.repository.js';

type Registration = Row<UpstreamRegistration>;

/** As whom, and until when. */
interface Speaking {
  uuid: string;
  bearer: string;
  signal: AbortSignal;
}

const knowsNone = [404, 405, 501];

/**
 * What a linked instance does each minute: it asks for its target, and says what it is. Each report is a heartbeat, also
 * one that says nothing new.
 *
 * @throws UpstreamAway
 */
@Injectable()
export class UpstreamSync {
  constructor(
    private readonly client: UpstreamClient,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly states: IdentityStatesRepository,
    private readonly statesService: IdentityStatesService,
    private readonly secrets: IdentitySecrets,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The version of the current state that the upstream knows now; 0: there is none. */
  async run(registration: Registration, signal: AbortSignal): Promise<number> {
    const { id, uuid, apiKeySealed } = await this.identities.get({ id: registration.tenantId });
    if (apiKeySealed === null) throw new UpstreamAway('there is no key to speak with');
    const speaking = { uuid, bearer: this.secrets.open('identity', id, apiKeySealed), signal };
    await this.pull(registration, speaking);
    return this.report(registration, speaking);
  }

  private async pull(registration: Registration, { uuid, bearer, signal }: Speaking): Promise<void> {
    const path = `/device/${encodeURIComponent(uuid)}/state`;
    const ifNoneMatch = registration.targetTag ?? undefined;
    const answer = await this.client.call(
      registration.apiEndpoint,
      { method: 'GET', path, bearer, ifNoneMatch },
      signal,
    );
    if (answer.status === 304 || knowsNone.includes(answer.status)) return;
    if (answer.status !== 200) throw failureOf('question for the target', answer);
    const target = targetIn(answer.body, uuid);
    if (target === undefined) throw new UpstreamAway('the upstream answered with what is no target state');
    const { isSet, ...state } = target;
    const tenant = { id: registration.tenantId };
    await this.transactions.run(async (tx) => {
      await this.identities.lock(tx, tenant);
      const live = await this.registrations.lockLive(tx, tenant);
      if (live?.id !== registration.id) return;
      if (isSet) await this.statesService.put(tx, tenant, { kind: 'target', state, source: 'upstream' });
      await this.registrations.update(tx, { ...live, targetTag: answer.etag ?? null });
    });
  }

  private async report(registration: Registration, { uuid, bearer, signal }: Speaking): Promise<number> {
    const tenant = { id: registration.tenantId };
    const current = await this.states.find(tenant, 'current');
    const reported = reportOf(current, await this.states.find(tenant, 'target'));
    const body = { [uuid]: mergeDiff(registration.reported, reported) ?? {} };
    const call = { method: 'PATCH', path: '/device/state', bearer, body } as const;
    const answer = await this.client.call(registration.apiEndpoint, call, signal);
    if (knowsNone.includes(answer.status)) return current?.version ?? 0;
    if (answer.status < 200 || answer.status >= 300) throw failureOf('report', answer);
    await this.transactions.run(async (tx) => {
      const live = await this.registrations.lockLive(tx, tenant);
      if (live?.id !== registration.id) return;
      await this.registrations.update(tx, { ...live, reported, contactedAt: this.clock.now() });
    });
    return current?.version ?? 0;
  }
}

/** A merge patch cannot say null, and neither can what it is made of. */
function reportOf(current: Row<IdentityState> | null, target: Row<IdentityState> | null): object {
  const own = mergePatch({}, current?.state ?? {}) as object;
  const { version = 0, source = null } = target ?? {};
  return { ...own, agent_version: userAgent, target: { version, ...(source === null ? {} : { source }) } };
}

function failureOf(step: string, answer: UpstreamAnswer): UpstreamAway {
  const reason = reasonIn(answer.body);
  const said = `${answer.status}${reason === undefined ? '' : `: ${reason}`}`;
  return new UpstreamAway(`the upstream answered the ${step} with ${said}`, {}, answer.retryAfterMs);
}
