import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../core/origin/origin.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { RegistrationDefaults } from './registration-defaults.service.js';

export const roles = ['viewer', 'editor', 'admin'] as const;
/** What a user may do in a tenant; each role may do what those before it may. */
export type Role = (typeof roles)[number];

export const scopes = ['ingest', 'read', 'write'] as const;
/** What an API key may do. Scopes do not contain each other. */
export type Scope = (typeof scopes)[number];

/** Who is asking, as the first authenticator that knew the credential said. One request has one tenant. */
export type Principal =
  | { kind: 'user'; tenant: Tenant; userId: string; role: Role; superuser: boolean; sessionId: string }
  | {
      kind: 'api_key';
      tenant: Tenant;
      apiKeyId: string;
      scopes: readonly Scope[];
      /** The key makes devices of unknown DevEUIs by itself, and gives them this. */
      registers?: RegistrationDefaults;
    }
  | { kind: 'device'; tenant: Tenant; deviceId: string }
  /** Devices that have no key of their own yet share one with which they can register, and nothing else. */
  | { kind: 'provisioning_key'; tenant: Tenant; provisioningKeyId: string; name: string }
  /** Nobody in particular, but from a network that LEGACY_DEVICE_READS lets read without a credential. */
  | { kind: 'network'; tenant: Tenant };

/** What @CurrentPrincipal() gives on a route that admits nobody but users. */
export type UserPrincipal = Extract<Principal, { kind: 'user' }>;

/** Undefined where nobody in particular asks. */
export function callerOf(principal: Principal): Caller | undefined {
  switch (principal.kind) {
    case 'user':
      return { kind: 'user', id: principal.userId };
    case 'api_key':
      return { kind: 'api_key', id: principal.apiKeyId };
    case 'device':
      return { kind: 'device', id: principal.deviceId };
    case 'provisioning_key':
      return { kind: 'provisioning_key', id: principal.provisioningKeyId, name: principal.name };
    case 'network':
      return undefined;
  }
}

/** What it gives on a route that admits nobody but devices. */
export type DevicePrincipal = Extract<Principal, { kind: 'device' }>;

/** What it gives on a route that admits nobody but devices which register. */
export type ProvisioningPrincipal = Extract<Principal, { kind: 'provisioning_key' }>;

/** The guard leaves the principal on the request; nothing else writes it. */
export interface AuthenticatedRequest extends FastifyRequest {
  principal?: Principal;
}

export function principalOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (principal === undefined) throw new Error('a route without a principal asked for one: is it public?');
  return principal;
}

/** The principal of the request; only on routes that are not public. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext) => principalOf(context));

/** The tenant of the request; only on routes that are not public. */
export const CurrentTenant = createParamDecorator(
  (_: unknown, context: ExecutionContext) => principalOf(context).tenant,
);

/** The user who asks, or null: only on routes that are public and take a user all the same. */
export const CallerIfAny = createParamDecorator((_: unknown, context: ExecutionContext): UserPrincipal | null => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return principal?.kind === 'user' ? principal : null;
});
