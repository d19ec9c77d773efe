import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import { isObject } from '../../../core/json/object-reader.js';
import { withOrigin } from '../../../core/origin/origin.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { IdentitiesRepository } from '../identities.repository.js';
import { IdentitySecrets } from '../identity-secrets.js';
import { UpstreamRefused } from '../identity.errors.js';
import { reasonIn, registrationIn } from './upstream-answers.rules.js';
import { UpstreamAway } from './upstream-away.js';
import { UpstreamClient, type UpstreamAnswer } from './upstream-client.js';
import type { UpstreamRegistration } from './upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream-registrations.repository.js';
import { isRefusal, knowsNoExchange } from './upstream-retries.rules.js';

type Registration = Row<UpstreamRegistration>;

/** How one attempt is made. */
export interface Attempt {
  /** Whoever asked for it waits for its outcome: a wrong address is said at once. */
  isFirst: boolean;
  signal: AbortSignal;
}

/**
 * The steps of a registration, in their order: register, exchange keys, link. Each is stored before the next begins and may
 * be repeated: the device key was made before the first request, so that the upstream knows the same device again.
 *
 * @throws UpstreamAway, UpstreamRefused
 */
@Injectable()
export class UpstreamSteps {
  constructor(
    private readonly client: UpstreamClient,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly secrets: IdentitySecrets,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** As far as it goes. Null: it was reset or replaced meanwhile. */
  async take(registration: Registration, attempt: Attempt): Promise<Registration | null> {
    let reached: Registration | null = registration;
    if (reached.state === 'registering') reached = await this.register(reached, attempt);
    if (reached?.state === 'exchanging') reached = await this.exchange(reached, attempt);
    return reached;
  }

  private async register(registration: Registration, { isFirst, signal }: Attempt): Promise<Registration | null> {
    const { id, provisioningKeySealed } = registration;
    const deviceApiKey = this.deviceKeyOf(registration);
    const bearer =
      provisioningKeySealed === null ? undefined : this.secrets.open('provisioning key', id, provisioningKeySealed);
    const body = { ...registration.request, deviceApiKey };
    const call = { method: 'POST', path: '/device/register', bearer, body } as const;
    const answer = await this.client.call(registration.apiEndpoint, call, signal);
    if (!isGood(answer)) throw failureOf('registration', answer, isRefusal(answer.status, isFirst));
    const said = registrationIn(answer.body);
    if (said === undefined) throw new UpstreamAway('the upstream answered the registration without a deviceId');
    const issued = said.apiKey ?? deviceApiKey;
    return this.advance(registration, {
      state: 'exchanging',
      deviceId: said.deviceId,
      deviceName: said.deviceName ?? registration.request.deviceName,
      registeredAt: new Date(said.registeredAtMs ?? this.clock.nowMs()),
      deviceKeySealed: this.secrets.seal('device key', id, issued),
    });
  }

  private async exchange(registration: Registration, { signal }: Attempt): Promise<Registration | null> {
    const deviceApiKey = this.deviceKeyOf(registration);
    const path = `/device/${encodeURIComponent(registration.request.uuid)}/key-exchange`;
    const call = { method: 'POST', path, bearer: deviceApiKey, body: { deviceApiKey } } as const;
    const answer = await this.client.call(registration.apiEndpoint, call, signal);
    const isUnknownRoute = knowsNoExchange(answer.status) && !speaksOfDevice(answer.body);
    if (isGood(answer) || isUnknownRoute) return this.link(registration, deviceApiKey);
    throw failureOf('key exchange', answer, isRefusal(answer.status, true));
  }

  /** The provisioning key has done its work, and is forgotten. */
  private async link(registration: Registration, deviceApiKey: string): Promise<Registration | null> {
    const tenant = { id: registration.tenantId };
    return this.transactions.run(async (tx) => {
      const was = await this.identities.lock(tx, tenant);
      const live = await this.registrations.lockLive(tx, tenant);
      if (live?.id !== registration.id) return null;
      if (live.state === 'linked') return live;
      const { deviceId, deviceName, registeredAt, apiEndpoint, request } = live;
      const apiKeySealed = this.secrets.seal('identity', was.id, deviceApiKey);
      const said = { deviceId, deviceName, registeredAt, apiEndpoint, apiKeySealed, deviceType: request.deviceType };
      const is = { ...was, ...said, provisioned: true, updatedAt: this.clock.now() };
      await this.identities.update(tx, is);
      const linked: Registration = { ...live, state: 'linked', provisioningKeySealed: null, deviceKeySealed: null };
      await this.registrations.update(tx, linked);
      // The request that began it has its own record; this may be hours later, and in another process.
      await withOrigin({ kind: 'system', reason: 'the upstream has registered this instance' }, () =>
        this.audit.record(tx, tenant, {
          action: 'identity.registered',
          subject: { kind: 'identity', id: is.id, name: is.deviceName ?? is.uuid },
          before: was,
          after: is,
        }),
      );
      return linked;
    });
  }

  private async advance(registration: Registration, reached: Partial<Registration>): Promise<Registration | null> {
    return this.transactions.run(async (tx) => {
      const live = await this.registrations.lockLive(tx, { id: registration.tenantId });
      if (live?.id !== registration.id) return null;
      // Another attempt, of another process, was there first.
      if (live.state !== registration.state) return live;
      const advanced = { ...live, ...reached };
      await this.registrations.update(tx, advanced);
      return advanced;
    });
  }

  private deviceKeyOf({ id, deviceKeySealed }: Registration): string {
    if (deviceKeySealed === null) throw new Error('a registration under way has lost its device key');
    return this.secrets.open('device key', id, deviceKeySealed);
  }
}

function isGood({ status }: UpstreamAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Fieldline says which of its own rows it does not find; what knows no such route says nothing of the kind. */
function speaksOfDevice(body: unknown): boolean {
  return isObject(body) && typeof body['code'] === 'string' && body['code'] !== 'http.not_found';
}

function failureOf(step: string, answer: UpstreamAnswer, isFinal: boolean): Error {
  const reason = reasonIn(answer.body);
  const said = `${answer.status}${reason === undefined ? '' : `: ${reason}`}`;
  if (isFinal) return new UpstreamRefused(`the upstream refused the ${step} with ${said}`);
  return new UpstreamAway(`the upstream answered the ${step} with ${said}`, {}, answer.retryAfterMs);
}
