import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ChangeCache } from '../../../core/changes/change-cache.js';
import { Changes } from '../../../core/changes/changes.js';
import { Settings } from '../../../core/config/settings.js';
import { Clock } from '../../../core/time/clock.js';
import { Authenticators, type Authenticator } from '../authenticators.service.js';
import type { Principal } from '../principal.decorator.js';
import { clientOf, isDeviceClient, personOf, type OidcPerson } from './oidc-claims.rules.js';
import type { OidcAccess } from './oidc-identities.repository.js';
import { OidcSessionsService } from './oidc-sessions.service.js';
import { OidcTokens } from './oidc-tokens.service.js';
import { OidcUsersService } from './oidc-users.service.js';

const maxPeopleKept = 10_000;

/**
 * Knows users by access tokens of the operator's OIDC issuer. The token says who they are and which role they have; whether
 * they may still come in at all is said here, by the user's row, their membership and the session.
 */
@Injectable()
export class OidcUserAuthenticator implements Authenticator, OnModuleInit {
  readonly name = 'OIDC user';
  private readonly logger = new Logger(OidcUserAuthenticator.name);
  private readonly people: ChangeCache<OidcAccess | null>;

  constructor(
    private readonly authenticators: Authenticators,
    private readonly tokens: OidcTokens,
    private readonly users: OidcUsersService,
    private readonly sessions: OidcSessionsService,
    private readonly changes: Changes,
    private readonly settings: Settings,
    clock: Clock,
  ) {
    this.people = new ChangeCache(clock, maxPeopleKept);
  }

  onModuleInit(): void {
    const { oidc } = this.settings;
    if (oidc === undefined) return;
    this.authenticators.register(this);
    for (const kind of ['membership', 'user', 'tenant']) {
      this.changes.onChange(kind, () => {
        this.people.clear();
      });
    }
    if (oidc.issuer.startsWith('http:')) {
      this.logger.warn(
        { issuer: oidc.issuer },
        'the OIDC issuer is asked without TLS: whoever is between can make tokens',
      );
    }
  }

  recognises(credential: string): boolean {
    return this.tokens.recognises(credential);
  }

  async authenticate(credential: string): Promise<Principal | null> {
    const claims = await this.tokens.verify(credential);
    const { oidc } = this.settings;
    // A device is no person, though its token comes from the same issuer.
    if (claims === null || oidc === undefined || isDeviceClient(clientOf(claims))) return null;
    const person = personOf(claims, { role: oidc.roleClaim, tenant: oidc.tenantClaim });
    if (person === null) {
      this.logger.warn(
        { issuer: claims.iss, claim: oidc.roleClaim },
        'a good token names no role of ours, or no tenant',
      );
      return null;
    }
    return this.principalOf(person);
  }

  private async principalOf(person: OidcPerson): Promise<Principal | null> {
    const access = await this.accessOf(person);
    if (access?.isActive !== true || access.role === null) return null;
    const { userId, tenantId, isSuperuser } = access;
    const isNewer = person.issuedAt > access.roleAsOf;
    if (isNewer && person.role !== access.role) await this.users.follow(access, person);
    const sessionId = await this.sessions.findLiving(person, access);
    if (sessionId === null) return null;
    const role = isNewer ? person.role : access.role;
    return { kind: 'user', tenant: { id: tenantId }, userId, role, superuser: isSuperuser, sessionId };
  }

  private async accessOf(person: OidcPerson): Promise<OidcAccess | null> {
    const key = JSON.stringify([person.issuer, person.subject, person.tenantSlug]);
    const known = await this.people.load(key, () => this.users.find(person));
    return known ?? this.people.load(`new ${key}`, () => this.users.welcome(person));
  }
}
