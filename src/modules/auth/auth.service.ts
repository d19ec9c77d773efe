import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Changes } from '../../core/changes/changes.js';
import { Settings } from '../../core/config/settings.js';
import { Transactions } from '../../core/database/transactions.js';
import type { Tx } from '../../core/database/tx.js';
import type { Client } from '../../core/http/client.js';
import { newId } from '../../core/ids/uuid-v7.js';
import { Lanes } from '../../core/queue/lanes.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { Clock } from '../../core/time/clock.js';
import type { AuditActor } from './audit/audit-entry.contract.js';
import { AuditService } from './audit/audit.service.js';
import { RegistrationClosed } from './auth.errors.js';
import { checkedAccount } from './checked-account.js';
import type { Membership } from './membership.entity.js';
import { NewAccounts, type NewAccount } from './new-accounts.service.js';
import type { Row } from './row.js';
import type { TenantEntity } from './tenant.entity.js';
import { TenantSetups } from './tenant-setups.service.js';
import { TenantsRepository } from './tenants.repository.js';
import type { User } from './user.entity.js';
import { Throttle } from './throttling/throttle.service.js';
import { slugFor } from './user.rules.js';
import { UsersRepository } from './users.repository.js';

/** Any number that no other part takes a lock on: of two first starts at once one makes the administrator. */
const firstAdministratorLock = 7_466_011;

/** Makes accounts and the tenants they stand in: by registration, at the first start, and from the command line. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersRepository,
    private readonly tenants: TenantsRepository,
    private readonly setups: TenantSetups,
    private readonly newAccounts: NewAccounts,
    private readonly throttle: Throttle,
    private readonly transactions: Transactions,
    private readonly lanes: Lanes,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** A new user with a tenant of their own, of which they are the admin. */
  async register(account: NewAccount, { address }: Client): Promise<Row<Membership> & { user: Row<User> }> {
    if (this.settings.registration === 'closed') throw new RegistrationClosed();
    await this.throttle.begin('register', { address });
    const user = await this.newAccounts.userOf(account);
    return this.transactions.run(async (tx) => {
      await this.users.insert(tx, user);
      const tenantId = newId(this.clock.nowMs());
      const tenant = await this.findOrFound(tx, tenantId, account.username, slugFor(account.username, tenantId));
      const membership = await this.newAccounts.admit(tx, tenant, user.id, 'admin');
      await this.recordAccount(tx, tenant, 'user.registered', user, { kind: 'user', id: user.id });
      return { ...membership, user };
    });
  }

  /** The tenant of whatever has none of its own; made when it is first asked for. */
  async ensureDefaultTenant(): Promise<Tenant> {
    return this.transactions.run((tx) => this.defaultTenant(tx));
  }

  /** On an installation without any user: an administrator with a random password, told this once. Null otherwise. */
  async ensureFirstAdministrator(): Promise<NewAccount | null> {
    const account = { email: 'admin@localhost', username: 'admin', password: randomBytes(18).toString('base64url') };
    const user = await this.newAccounts.userOf(account, { isSuperuser: true });
    return this.transactions.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [firstAdministratorLock]);
      if (!(await this.users.isEmpty(tx))) return null;
      await this.insertAdministrator(tx, user);
      return account;
    });
  }

  /** A superuser, who is admin of the default tenant. Only the command line may call this. */
  async createAdministrator(account: NewAccount): Promise<Row<User>> {
    const user = await this.newAccounts.userOf(await checkedAccount(account), { isSuperuser: true });
    await this.transactions.run((tx) => this.insertAdministrator(tx, user));
    return user;
  }

  private async insertAdministrator(tx: Tx, user: Row<User>): Promise<void> {
    await this.users.insert(tx, user);
    const tenant = await this.defaultTenant(tx);
    await this.newAccounts.admit(tx, tenant, user.id, 'admin');
    await this.recordAccount(tx, tenant, 'user.created', user);
  }

  private async recordAccount(
    tx: Tx,
    tenant: Tenant,
    action: string,
    user: Row<User>,
    actor?: AuditActor,
  ): Promise<void> {
    const subject = { kind: 'user', id: user.id, name: user.username };
    await this.audit.record(tx, tenant, { action, subject, after: user, ...(actor === undefined ? {} : { actor }) });
  }

  private async defaultTenant(tx: Tx): Promise<Tenant> {
    const slug = this.settings.defaultTenant;
    return this.findOrFound(tx, newId(this.clock.nowMs()), slug, slug);
  }

  private async findOrFound(tx: Tx, id: string, name: string, slug: string): Promise<Tenant> {
    const tenant: Row<TenantEntity> = { id, name, slug, createdAt: this.clock.now() };
    if (!(await this.tenants.insertUnlessThere(tx, tenant))) return { id: (await this.tenants.getBySlug(tx, slug)).id };
    await this.lanes.create(tx, tenant, tenant.id, 'events');
    await this.setups.run(tx, tenant);
    await this.changes.record(tx, tenant, 'tenant', tenant.id);
    return { id };
  }
}
