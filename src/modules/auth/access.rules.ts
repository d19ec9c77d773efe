import type { Admission } from './access.decorator.js';
import { roles, type Principal } from './principal.decorator.js';

/** Why a route does not admit a principal, in words for its caller; null when it does. */
export function refusalOf(admission: Admission, principal: Principal): string | null {
  if (admission.superuser === true) {
    const isSuperuser = principal.kind === 'user' && principal.superuser;
    return isSuperuser ? null : 'only a superuser may do this';
  }
  switch (principal.kind) {
    case 'user':
      if (admission.user === undefined) return 'users may not do this';
      return roles.indexOf(principal.role) >= roles.indexOf(admission.user)
        ? null
        : `this needs the role ${admission.user}; yours is ${principal.role}`;
    case 'api_key':
      if (admission.apiKey === undefined) return 'API keys may not do this';
      return principal.scopes.includes(admission.apiKey)
        ? null
        : `this needs an API key with the scope ${admission.apiKey}`;
    case 'device':
      return admission.device === true ? null : 'devices may not do this';
    case 'provisioning_key':
      return admission.provisioningKey === true ? null : 'with a provisioning key devices register, and nothing else';
    case 'network':
      return admission.legacyNetworks === true ? null : 'this needs a credential';
  }
}

/** The headers a credential may come in; names are lower-case, as Node gives them. */
export interface CredentialHeaders {
  authorization?: string | undefined;
  /** ThingsBoard’s clients, whose `Authorization` may be a proxy’s. */
  'x-authorization'?: string | string[] | undefined;
  'x-api-key'?: string | string[] | undefined;
  'x-device-api-key'?: string | string[] | undefined;
  'x-provisioning-key'?: string | string[] | undefined;
}

/**
 * The credential of a request: a bearer token, in X-Authorization before Authorization, else X-API-Key, X-Device-API-Key or X-Provisioning-Key. Null when none was
 * sent; an empty text when something was sent that no authenticator can know, so that it is refused instead of passed over.
 */
export function credentialOf(headers: CredentialHeaders): string | null {
  const authorization = authorizationOf(headers);
  const apiKey = headers['x-api-key'] ?? headers['x-device-api-key'] ?? headers['x-provisioning-key'];
  const bearer = authorization === undefined ? null : /^bearer +(\S+) *$/i.exec(authorization);
  if (bearer?.[1] !== undefined) return bearer[1];
  if (typeof apiKey === 'string') return apiKey.trim();
  return authorization === undefined && apiKey === undefined ? null : '';
}

function authorizationOf(headers: CredentialHeaders): string | undefined {
  const theirs = headers['x-authorization'];
  return typeof theirs === 'string' ? theirs : headers.authorization;
}

/** The header that credentialOf reads. */
export function credentialHeaderOf(headers: CredentialHeaders): keyof CredentialHeaders | null {
  const isBearer = /^bearer +\S+ *$/i.test(authorizationOf(headers) ?? '');
  if (!isBearer && headers['x-api-key'] !== undefined) return 'x-api-key';
  if (!isBearer && headers['x-device-api-key'] !== undefined) return 'x-device-api-key';
  if (typeof headers['x-authorization'] === 'string') return 'x-authorization';
  return headers.authorization === undefined ? null : 'authorization';
}
