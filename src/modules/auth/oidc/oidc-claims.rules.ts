import { createHash } from 'node:crypto';
import { roles, type Role } from '../principal.decorator.js';
import { emailMaxLength, normaliseEmail, normaliseUsername, usernameMinLength } from '../user.rules.js';
import { deviceClientPrefix } from './oidc-client.contract.js';

/** What a token says when its signature, issuer, audience and times are good. */
export type OidcClaims = Readonly<Record<string, unknown>> & { iss: string; sub: string; iat: number; exp: number };

/** Where tokens say what we want to know. */
export interface ClaimNames {
  /** Dotted: `realm_access.roles`. */
  role: string;
  tenant: string | undefined;
}

/** The login at the issuer that a token is of. */
export interface OidcLogin {
  /** What all its tokens have in common (`sid`); where they have nothing, each token is a login of its own. */
  mark: string;
  at: Date;
}

/** A person as their token describes them. */
export interface OidcPerson {
  issuer: string;
  subject: string;
  /** When the token was made, which says how new all this is. */
  issuedAt: Date;
  expiresAt: Date;
  login: OidcLogin;
  role: Role;
  /** The slug of their tenant; undefined is the default one. */
  tenantSlug: string | undefined;
  email: string;
  username: string;
}

/**
 * Signatures by a pair of keys. Neither `none` nor one with a shared secret: whoever has the public key could forge those.
 */
export const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** What `typ` in the header of an access token may be; RFC 9068 has made one that is older issuers do not know. */
const headerTypes = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
/** What Keycloak says in the claim `typ` of tokens that are no access tokens. */
const otherKinds = ['id', 'refresh', 'offline', 'logout', 'registrationaccesstoken', 'initialaccesstoken'];

/** Who says to have made a token, before anything is checked; undefined for what is no token. */
export function claimedIssuerOf(token: string): string | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims && typeof claims.iss === 'string'
      ? claims.iss
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is meant to open doors: an ID token says who somebody is to a client, a refresh token is for the issuer. */
export function isAccessToken(header: { typ?: unknown }, claims: Readonly<Record<string, unknown>>): boolean {
  const typ = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  const kind = typeof claims['typ'] === 'string' ? claims['typ'].toLowerCase() : '';
  return headerTypes.some((type) => type === typ) && !otherKinds.includes(kind) && claims['at_hash'] === undefined;
}

/** The client that a token was given to: `azp` at Keycloak, `client_id` by RFC 9068. */
export function clientOf(claims: Readonly<Record<string, unknown>>): string | undefined {
  const client = claims['azp'] ?? claims['client_id'];
  return typeof client === 'string' ? client : undefined;
}

export function isDeviceClient(client: string | undefined): boolean {
  return client?.startsWith(deviceClientPrefix) === true;
}

/** Null for whoever has no role here, or a tenant that cannot be one's name. */
export function personOf(claims: OidcClaims, names: ClaimNames): OidcPerson | null {
  const role = highestRoleIn(claimAt(claims, names.role));
  const tenantSlug = names.tenant === undefined ? undefined : claimAt(claims, names.tenant);
  if (role === null || (tenantSlug !== undefined && typeof tenantSlug !== 'string')) return null;
  const { iss: issuer, sub: subject } = claims;
  const times = { issuedAt: new Date(claims.iat * 1_000), expiresAt: new Date(claims.exp * 1_000) };
  return { issuer, subject, ...times, login: loginIn(claims), role, tenantSlug, ...accountIn(claims) };
}

function loginIn(claims: OidcClaims): OidcLogin {
  const { sid, jti, auth_time: authenticatedAt, iat } = claims;
  const at = new Date((typeof authenticatedAt === 'number' ? Math.min(authenticatedAt, iat) : iat) * 1_000);
  if (typeof sid === 'string') return { mark: `sid ${sid}`, at };
  return { mark: typeof jti === 'string' ? `jti ${jti}` : `iat ${iat}`, at };
}

/** The claim at a dotted path; a name that itself holds dots (`https://example.com/roles`) is found, too. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, claims);
}

/** Issuers name roles for all their services: ours may begin with `fieldline-`. None makes a superuser. */
export function highestRoleIn(claim: unknown): Role | null {
  const said = [claim]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? value.toLowerCase().split(/[\s,]+/) : []));
  const has = (role: Role) => said.includes(role) || said.includes(`fieldline-${role}`);
  return roles.toReversed().find(has) ?? null;
}

/** What they are called here. An address that the issuer has not verified is nobody's: anybody could have typed it. */
function accountIn(claims: OidcClaims): { email: string; username: string } {
  const { email, email_verified: isVerified, preferred_username: name } = claims;
  const own = uniqueAccount(claims);
  const isAddress =
    typeof email === 'string' && email.length <= emailMaxLength && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  const readable = usernameIn(typeof name === 'string' ? name : '');
  return {
    email: isAddress && isVerified !== false ? normaliseEmail(email) : own.email,
    username: readable.length >= usernameMinLength ? readable : own.username,
  };
}

/** A name and an address that nobody else can have: `.invalid` is no domain (RFC 2606). */
export function uniqueAccount({ iss, sub }: Pick<OidcClaims, 'iss' | 'sub'>): { email: string; username: string } {
  const mark = createHash('sha256').update(`${iss}\n${sub}`).digest('hex').slice(0, 24);
  return { email: `${mark}@oidc.invalid`, username: `oidc-${mark}` };
}

function usernameIn(name: string): string {
  return normaliseUsername(name.replaceAll(/[\s@\p{C}]+/gu, '-')).slice(0, 64);
}
