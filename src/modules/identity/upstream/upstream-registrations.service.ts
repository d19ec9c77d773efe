import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { newId } from '../../../core/ids/uuid-v7.js';
import { definedOf } from '../../../core/json/defined.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { IdentityRegisterRequest } from '../dto/register.request.js';
import { IdentitiesRepository } from '../identities.repository.js';
import { IdentitySecrets } from '../identity-secrets.js';
import type { Identity } from '../identity.entity.js';
import { UpstreamRefused } from '../identity.errors.js';
import { defaultNameOf, defaultType } from '../identity.rules.js';
import { IdentityService, type KnownIdentity } from '../identity.service.js';
import { UpstreamClient } from './upstream-client.js';
import { UpstreamProgress } from './upstream-progress.js';
import type { RegistrationRequest, UpstreamRegistration } from './upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream-registrations.repository.js';

export const upstreamJobKind = 'upstream-link';

/** Whoever asks waits for so long; then it goes on in the background. */
const firstAttemptMs = 12_000;
/** The job takes over where the process ends in the middle of the first attempt. */
const takeOverMs = firstAttemptMs + 3_000;

/** Registers this instance with an upstream: the first attempt while somebody waits, all others as a job. */
@Injectable()
export class UpstreamRegistrationsService {
  constructor(
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly identities: IdentitiesRepository,
    private readonly identity: IdentityService,
    private readonly progress: UpstreamProgress,
    private readonly client: UpstreamClient,
    private readonly secrets: IdentitySecrets,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws EgressRefused, UpstreamRefused; what may come about later is not an error. */
  async register(request: IdentityRegisterRequest): Promise<KnownIdentity> {
    await this.client.check(request.apiEndpoint);
    const tenant = await this.identity.owner();
    const begun = await this.transactions.run((tx) => this.begin(tx, tenant, request));
    if (begun.state === 'linked') return this.identity.describe();
    const signal = AbortSignal.timeout(firstAttemptMs);
    const outcome = await this.progress.attempt(begun, { isFirst: true, signal });
    await this.transactions.run(async (tx) => {
      const delayMs = await this.progress.settle(tx, begun, outcome);
      await this.registrations.postpone(tx, begun.id, delayMs ?? 0);
    });
    this.queue.hint('deliveries');
    if (outcome.kind === 'refused') throw new UpstreamRefused(outcome.reason);
    return this.identity.describe();
  }

  /** The same request again goes on with what is under way; another one replaces it. */
  private async begin(tx: Tx, tenant: Tenant, asked: IdentityRegisterRequest): Promise<Row<UpstreamRegistration>> {
    const identity = await this.identities.lock(tx, tenant);
    const live = await this.registrations.lockLive(tx, tenant);
    const request = requestOf(identity, asked);
    const isSameUpstream = live?.apiEndpoint === asked.apiEndpoint;
    const isSame = isSameUpstream && isDeepStrictEqual(live.request, request);
    if (isSame && (live.state === 'linked' || this.hasKey(live, asked))) return live;
    if (live !== null) await this.registrations.update(tx, this.replaced(live));
    await this.registrations.removeJobs(tx, tenant);
    const begun = this.newRegistration(identity, asked, request, isSameUpstream ? live : null);
    await this.registrations.insert(tx, begun);
    const runAt = new Date(this.clock.nowMs() + takeOverMs);
    const job = { id: begun.id, tenantId: tenant.id, laneId: identity.id, kind: upstreamJobKind, runAt };
    await this.queue.enqueue(tx, [job]);
    const subject = { kind: 'identity', id: identity.id, name: request.deviceName };
    const report = {
      api_endpoint: begun.apiEndpoint,
      device_name: request.deviceName,
      device_type: request.deviceType,
    };
    await this.audit.record(tx, tenant, { action: 'identity.registration_begun', subject, report });
    return begun;
  }

  /** A pending registration goes on as it is; another provisioning key is another try. */
  private hasKey(
    { id, provisioningKeySealed }: Row<UpstreamRegistration>,
    { provisioningKey }: IdentityRegisterRequest,
  ) {
    if (provisioningKey === undefined) return true;
    return (
      provisioningKeySealed !== null &&
      this.secrets.open('provisioning key', id, provisioningKeySealed) === provisioningKey
    );
  }

  private newRegistration(
    identity: Row<Identity>,
    asked: IdentityRegisterRequest,
    request: RegistrationRequest,
    before: Row<UpstreamRegistration> | null,
  ): Row<UpstreamRegistration> {
    const now = this.clock.now();
    const id = newId(now.getTime());
    const provisioningKey = asked.provisioningKey ?? this.settings.provisioningKey;
    const nothing = { deviceId: null, deviceName: null, registeredAt: null, lastError: null, nextAttemptAt: null };
    return {
      ...nothing,
      id,
      tenantId: identity.tenantId,
      apiEndpoint: asked.apiEndpoint,
      request,
      provisioningKeySealed:
        provisioningKey === undefined ? null : this.secrets.seal('provisioning key', id, provisioningKey),
      deviceKeySealed: this.secrets.seal('device key', id, this.deviceKeyFor(identity, before)),
      state: 'registering',
      ...{ failures: 0, contactedAt: null, targetTag: null, reported: {} },
      createdAt: now,
      endedAt: null,
    };
  }

  /** To an upstream that may know this device already it shows the key that it may know it by. */
  private deviceKeyFor({ id, apiKeySealed }: Row<Identity>, before: Row<UpstreamRegistration> | null): string {
    if (before === null) return randomBytes(32).toString('hex');
    if (before.deviceKeySealed !== null) return this.secrets.open('device key', before.id, before.deviceKeySealed);
    return apiKeySealed === null ? randomBytes(32).toString('hex') : this.secrets.open('identity', id, apiKeySealed);
  }

  private replaced(live: Row<UpstreamRegistration>): Row<UpstreamRegistration> {
    const nothing = { provisioningKeySealed: null, deviceKeySealed: null, nextAttemptAt: null };
    return { ...live, ...nothing, state: 'replaced', endedAt: this.clock.now() };
  }
}

function requestOf(identity: Row<Identity>, asked: IdentityRegisterRequest): RegistrationRequest {
  const { macAddress, osVersion, supervisorVersion } = asked;
  return {
    uuid: identity.uuid,
    deviceName: asked.deviceName ?? identity.deviceName ?? defaultNameOf(identity.uuid),
    deviceType: asked.deviceType ?? identity.deviceType ?? defaultType,
    ...definedOf({ macAddress, osVersion, supervisorVersion }),
  };
}
