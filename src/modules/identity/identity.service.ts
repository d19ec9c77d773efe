import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Row } from '../../core/database/row.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { definedOf } from '../../core/json/defined.js';
import { withOrigin } from '../../core/origin/origin.js';
import { Lanes } from '../../core/queue/lanes.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import { AuditService } from '../auth/audit/audit.service.js';
import { AuthService } from '../auth/auth.service.js';
import type { ChangeIdentityRequest } from './dto/change-identity.request.js';
import type { ProvisionRequest } from './dto/provision.request.js';
import { IdentitiesRepository } from './identities.repository.js';
import { IdentitySecrets } from './identity-secrets.js';
import type { Identity } from './identity.entity.js';
import { IdentityRegistered } from './identity.errors.js';
import { defaultNameOf, defaultType, newDeviceId } from './identity.rules.js';
import { IdentityStatesRepository } from './state/identity-states.repository.js';
import type { UpstreamRegistration } from './upstream/upstream-registration.entity.js';
import { UpstreamRegistrationsRepository } from './upstream/upstream-registrations.repository.js';

/** This instance as a device, its key opened, and its registration with an upstream if there is one. */
export interface KnownIdentity {
  identity: Row<Identity>;
  apiKey: string | null;
  /** The last one; it may have been refused. */
  registration: Row<UpstreamRegistration> | null;
}

/** Knows and changes what this instance is as a device. Its uuid is made at the first start and stays. */
@Injectable()
export class IdentityService implements OnApplicationBootstrap {
  private readonly logger = new Logger(IdentityService.name);
  private tenant: Tenant | undefined;

  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly states: IdentityStatesRepository,
    private readonly secrets: IdentitySecrets,
    private readonly accounts: AuthService,
    private readonly lanes: Lanes,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Where the schema is not there yet, whoever asks first makes the identity. */
  async onApplicationBootstrap(): Promise<void> {
    await this.owner().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'this instance has no identity yet; it is made when it is first asked for');
    });
  }

  /** The tenant that the identity belongs to, both made if they are not there. */
  async owner(): Promise<Tenant> {
    if (this.tenant !== undefined) return this.tenant;
    const tenant = await withOrigin({ kind: 'system', reason: 'the first start' }, () =>
      this.accounts.ensureDefaultTenant(),
    );
    await this.transactions.run(async (tx) => {
      const id = newId(this.clock.nowMs());
      const made = await this.identities.insertUnlessThere(tx, { id, tenantId: tenant.id, uuid: randomUUID() });
      if (made) await this.lanes.create(tx, tenant, id, 'deliveries');
    });
    this.tenant = tenant;
    return tenant;
  }

  async describe(): Promise<KnownIdentity> {
    const tenant = await this.owner();
    // In this order: whose registration has succeeded has what came of it, too.
    const registration = await this.registrations.findLast(tenant);
    return this.known(await this.identities.get(tenant), registration);
  }

  /** Without any upstream. What is not said stays, or is made where there is none. */
  async provision(request: ProvisionRequest): Promise<KnownIdentity> {
    const tenant = await this.owner();
    return this.transactions.run(async (tx) => {
      const was = await this.identities.lock(tx, tenant);
      const now = this.clock.now();
      const uuid = request.uuid ?? was.uuid;
      const is: Row<Identity> = {
        ...was,
        uuid,
        deviceId: was.deviceId ?? newDeviceId(now.getTime()),
        deviceName: request.deviceName ?? was.deviceName ?? defaultNameOf(uuid),
        deviceType: request.deviceType ?? was.deviceType ?? defaultType,
        apiEndpoint: request.apiEndpoint ?? was.apiEndpoint,
        apiKeySealed: this.sealedKey(was, request.apiKey ?? undefined),
        registeredAt: was.registeredAt ?? now,
        provisioned: true,
      };
      const live = await this.registrations.lockLive(tx, tenant);
      const isOther = (['uuid', 'apiEndpoint', 'apiKeySealed'] as const).some((field) => was[field] !== is[field]);
      if (live !== null && isOther) throw new IdentityRegistered();
      await this.save(tx, tenant, 'identity.provisioned', was, is);
      return this.known(is, await this.registrations.findLast(tenant));
    });
  }

  /** A registration goes on with the upstream at its new address. */
  async change(request: ChangeIdentityRequest): Promise<KnownIdentity> {
    const tenant = await this.owner();
    return this.transactions.run(async (tx) => {
      const was = await this.identities.lock(tx, tenant);
      const is = { ...was, ...definedOf({ deviceName: request.deviceName, apiEndpoint: request.apiEndpoint }) };
      const live = await this.registrations.lockLive(tx, tenant);
      if (live !== null && request.apiEndpoint !== undefined) {
        if (request.apiEndpoint === null) throw new IdentityRegistered();
        await this.registrations.update(tx, { ...live, apiEndpoint: request.apiEndpoint });
        await this.registrations.postpone(tx, live.id, 0);
      }
      await this.save(tx, tenant, 'identity.updated', was, is);
      return this.known(is, await this.registrations.findLast(tenant));
    });
  }

  /** Of all that was known, the uuid is left. */
  async reset(): Promise<KnownIdentity> {
    const tenant = await this.owner();
    return this.transactions.run(async (tx) => {
      const was = await this.identities.lock(tx, tenant);
      await this.registrations.removeAll(tx, tenant);
      await this.states.removeAll(tx, tenant);
      const nothing = { deviceId: null, deviceName: null, deviceType: null, apiKeySealed: null, apiEndpoint: null };
      const is: Row<Identity> = { ...was, ...nothing, registeredAt: null, provisioned: false };
      await this.save(tx, tenant, 'identity.reset', was, is);
      return this.known(is, null);
    });
  }

  /** The same key keeps its seal, so that saying it again changes nothing. */
  private sealedKey(was: Row<Identity>, given: string | undefined): string | null {
    if (given === undefined) return was.apiKeySealed;
    const isSame = was.apiKeySealed !== null && this.secrets.open('identity', was.id, was.apiKeySealed) === given;
    return isSame ? was.apiKeySealed : this.secrets.seal('identity', was.id, given);
  }

  private async save(tx: Tx, tenant: Tenant, action: string, was: Row<Identity>, is: Row<Identity>): Promise<void> {
    if (isDeepStrictEqual({ ...was }, { ...is }) && action !== 'identity.reset') return;
    await this.identities.update(tx, { ...is, updatedAt: this.clock.now() });
    const subject = { kind: 'identity', id: is.id, name: is.deviceName ?? is.uuid };
    await this.audit.record(tx, tenant, { action, subject, before: was, after: is });
  }

  private known(identity: Row<Identity>, registration: Row<UpstreamRegistration> | null): KnownIdentity {
    const { id, apiKeySealed } = identity;
    const apiKey = apiKeySealed === null ? null : this.secrets.open('identity', id, apiKeySealed);
    return { identity, apiKey, registration };
  }
}
