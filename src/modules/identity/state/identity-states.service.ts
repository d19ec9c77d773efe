import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isObject } from '../../../core/json/object-reader.js';
import { whyNotStorable } from '../../../core/json/storable.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import { IdentitiesRepository } from '../identities.repository.js';
import { IdentityService } from '../identity.service.js';
import { UpstreamRegistrationsRepository } from '../upstream/upstream-registrations.repository.js';
import type { SetTargetRequest } from './dto/set-target.request.js';
import type { IdentityState, IdentityStateKind, IdentityStateSource } from './identity-state.entity.js';
import { IdentityStatesRepository } from './identity-states.repository.js';

/** A little less than what an upstream takes, so that what is told beside it has room. */
const currentLimits = { maxBytes: 60_000, maxDepth: 30 };

export interface NewState {
  kind: IdentityStateKind;
  state: Record<string, unknown>;
  source: IdentityStateSource;
}

/** Keeps what this instance is to be and what it says that it is. Nothing here runs anything. */
@Injectable()
export class IdentityStatesService {
  constructor(
    private readonly states: IdentityStatesRepository,
    private readonly identities: IdentitiesRepository,
    private readonly registrations: UpstreamRegistrationsRepository,
    private readonly identity: IdentityService,
    private readonly audit: AuditService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  async find(kind: IdentityStateKind): Promise<Row<IdentityState> | null> {
    return this.states.find(await this.identity.owner(), kind);
  }

  async both(): Promise<Record<IdentityStateKind, Row<IdentityState> | null>> {
    return { current: await this.find('current'), target: await this.find('target') };
  }

  /** By somebody here; the upstream hears of it with the next report, and may say otherwise later. */
  async setTarget({ apps, config }: SetTargetRequest): Promise<Row<IdentityState>> {
    const tenant = await this.identity.owner();
    const state = { apps, ...(config === undefined ? {} : { config }) };
    return this.transactions.run(async (tx) => {
      const { id, uuid, deviceName } = await this.identities.lock(tx, tenant);
      const before = await this.states.lock(tx, tenant, 'target');
      const set = await this.put(tx, tenant, { kind: 'target', state, source: 'local' });
      if (before?.version === set.version) return set;
      const subject = { kind: 'identity', id, name: deviceName ?? uuid };
      const change = { ...(before === null ? {} : { before: before.state }), after: set.state };
      await this.audit.record(tx, tenant, { action: 'identity.target_set', subject, ...change });
      await this.hurry(tx, tenant);
      return set;
    });
  }

  /** By whatever runs on this machine. */
  async reportCurrent(body: unknown): Promise<Row<IdentityState>> {
    if (!isObject(body)) throw new ValidationFailed([{ path: '', message: 'must be a JSON object' }]);
    if (!isObject(body['apps'])) throw new ValidationFailed([{ path: 'apps', message: 'must be an object' }]);
    const flaw = whyNotStorable(body, currentLimits);
    if (flaw !== undefined) throw new ValidationFailed([{ path: '', message: flaw }]);
    const tenant = await this.identity.owner();
    return this.transactions.run(async (tx) => {
      await this.identities.lock(tx, tenant);
      const current = await this.put(tx, tenant, { kind: 'current', state: body, source: 'local' });
      await this.hurry(tx, tenant);
      return current;
    });
  }

  /** What is the same as before makes no version. The identity is held by the caller, so that two do not make the same one. */
  async put(tx: Tx, tenant: Tenant, { kind, state, source }: NewState): Promise<Row<IdentityState>> {
    const before = await this.states.lock(tx, tenant, kind);
    if (before !== null && isDeepStrictEqual(before.state, state)) return before;
    const version = (before?.version ?? 0) + 1;
    const put = { tenantId: tenant.id, kind, version, state, source, changedAt: this.clock.now() };
    await this.states.save(tx, put);
    return put;
  }

  /** Whoever is linked reports at once rather than at the next poll. */
  private async hurry(tx: Tx, tenant: Tenant): Promise<void> {
    const live = await this.registrations.lockLive(tx, tenant);
    if (live?.state === 'linked' && live.failures === 0) await this.registrations.postpone(tx, live.id, 0);
  }
}
