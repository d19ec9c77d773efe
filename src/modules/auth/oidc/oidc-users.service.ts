import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Changes } from '../../../core/changes/changes.js';
import { Settings } from '../../../core/config/settings.js';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { Clock } from '../../../core/time/clock.js';
import { AuditService } from '../audit/audit.service.js';
import { AuthService } from '../auth.service.js';
import { NewAccounts } from '../new-accounts.service.js';
import type { Row } from '../row.js';
import type { User } from '../user.entity.js';
import { UsersRepository } from '../users.repository.js';
import { uniqueAccount, type OidcPerson } from './oidc-claims.rules.js';
import { OidcIdentitiesRepository, type OidcAccess } from './oidc-identities.repository.js';

/** Makes users of people whom an issuer vouches for, when they are first seen, and keeps their role as their tokens say it. */
@Injectable()
export class OidcUsersService {
  private readonly defaultTenant: string;

  constructor(
    private readonly identities: OidcIdentitiesRepository,
    private readonly users: UsersRepository,
    private readonly newAccounts: NewAccounts,
    private readonly auth: AuthService,
    private readonly transactions: Transactions,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    { defaultTenant }: Settings,
  ) {
    this.defaultTenant = defaultTenant;
  }

  /** Who the person is in the tenant of their token, as it stands. */
  async find(person: OidcPerson): Promise<OidcAccess | null> {
    return this.identities.find(person.issuer, person.subject, this.slugOf(person));
  }

  /** A person who was never seen in this tenant; null where there is no such tenant. */
  async welcome(person: OidcPerson): Promise<OidcAccess | null> {
    if (person.tenantSlug === undefined) await this.auth.ensureDefaultTenant();
    const [slug, password] = [this.slugOf(person), randomBytes(32).toString('base64url')];
    // Nobody knows the password, so nobody logs in by it. Made before the transaction: hashing takes long.
    const user = await this.newAccounts.userOf({ email: person.email, username: person.username, password });
    return this.transactions.run(async (tx) => {
      const { issuer, subject } = person;
      await this.identities.lock(tx, issuer, subject);
      const tenantId = await this.identities.findTenantId(tx, slug);
      const known = await this.identities.find(issuer, subject, slug, tx);
      if (tenantId === null || known !== null) return known;
      const userId = (await this.identities.findUserId(tx, issuer, subject)) ?? (await this.make(tx, person, user));
      await this.admit(tx, person, { userId, tenantId });
      return this.identities.find(issuer, subject, slug, tx);
    });
  }

  /** A token that is newer than what is known says another role. */
  async follow(access: OidcAccess, { role, issuedAt, issuer, username }: OidcPerson): Promise<void> {
    const tenant = { id: access.tenantId };
    await this.transactions.run(async (tx) => {
      if (!(await this.identities.setRole(tx, access, role, issuedAt))) return;
      await this.changes.record(tx, tenant, 'membership', access.userId);
      await this.audit.record(tx, tenant, {
        action: 'member.updated',
        subject: { kind: 'member', id: access.userId, name: username },
        before: { role: access.role },
        after: { role },
        report: { issuer },
        actor: { kind: 'system', id: null },
      });
    });
  }

  /** Never somebody who is there already: an issuer that says an address could take over whoever has it here. */
  private async make(tx: Tx, { issuer, subject, email, username }: OidcPerson, user: Row<User>): Promise<string> {
    const own = uniqueAccount({ iss: issuer, sub: subject });
    await this.users.insert(tx, {
      ...user,
      email: (await this.identities.isTaken(tx, 'email', email)) ? own.email : email,
      username: (await this.identities.isTaken(tx, 'username', username)) ? own.username : username,
    });
    return user.id;
  }

  private async admit(tx: Tx, person: OidcPerson, who: { userId: string; tenantId: string }): Promise<void> {
    const { issuer, subject, role, issuedAt: roleAsOf } = person;
    const tenant = { id: who.tenantId };
    await this.identities.insert(tx, { issuer, subject, ...who, roleAsOf, createdAt: this.clock.now() });
    await this.newAccounts.admit(tx, tenant, who.userId, role);
    await this.audit.record(tx, tenant, {
      action: 'user.registered',
      subject: { kind: 'user', id: who.userId, name: person.username },
      after: { email: person.email, username: person.username },
      report: { issuer, role },
      actor: { kind: 'user', id: who.userId },
    });
  }

  private slugOf({ tenantSlug }: OidcPerson): string {
    return tenantSlug ?? this.defaultTenant;
  }
}
