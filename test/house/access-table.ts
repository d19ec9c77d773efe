import type { Role, Scope } from '../../src/modules/auth/principal.decorator.js';

/**
 * Whom the contract admits to a route, written down apart from the code that decides it. What no line of the lists below
 * speaks of is as most routes are: viewers and keys with `read` read, editors and keys with `write` change.
 */
export interface Access {
  /** The least role that users need; `superuser` the platform's operator alone; `anybody` no credential at all. */
  users: Role | 'superuser' | 'anybody' | 'nobody';
  keys: Scope | null;
  /** Whether a device may ask with its own key; the route holds it to what is its own. */
  devices: boolean;
  /** Whether a device may ask with the key that it shares with others. */
  provisioning: boolean;
}

/** Everything that may be called without a credential. Who adds a line here has thought about it. */
export const publicRoutes = [
  'GET /',
  'GET /api/health',
  'GET /api/v1/auth/.well-known/jwks.json',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'POST /api/auth/login',
  'POST /api/auth/token',
  // What they send is signed: that says whose it is.
  'POST /api/assets',
  'POST /api/assets/upload',
  'POST /api/devices/claim',
  // Their address or their body carries the device’s credential.
  'POST /api/v1/provision',
  'GET /api/v1/:token/attributes',
  'POST /api/v1/:token/attributes',
  'POST /api/v1/:token/telemetry',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/register',
  'POST /api/v1/invitations/accept',
  'POST /gateway/api/devices/claim',
  'POST /gateway/devices/claim',
];

/** The platform's operator's, over all tenants. */
const operatorsRoutes = [
  /^\w+ \/api\/v1\/admin\//,
  /^PATCH \/api\/v1\/users\/:id$/,
  // What this instance is as a device itself.
  /^\w+ \/api\/v1\/(device(\/provision(ed)?|\/reset)?|state(\/target|\/current)?)$/,
];

/** About oneself: any user may, no key. */
const ownRoutes = [/^\w+ \/api\/v1\/auth\//, /^GET \/api\/auth\/user$/, /^GET \/api\/v1\/tenants(\/:id)?$/];

/** Members, keys and settings. */
const adminsRoutes = [
  /^\w+ \/api\/v1\/(api-keys|asset-keys|audit|invitations|members|provisioning-keys|users)(\/|$)/,
  /^\w+ \/api\/v1\/devices\/:id\/(keys|access-token)(\/|$)/,
  /^GET \/api\/device\/:id\/credentials$/,
  /^PATCH \/api\/v1\/tenants\/:id$/,
];

/** Also to look at: whoever sees a token's state may issue one. */
const tokensRoutes = [/^\w+ \/gateway\/device-tokens(\/|$)/];

/** What networks send, with a key that can do nothing else. */
const networksRoutes = [/^POST \/api\/v1\/ingest\//];

/** What devices send and ask for, with their own keys. */
const devicesRoutes = [
  /^POST \/(gateway\/(api\/)?|api\/)device-data\/ingest$/,
  /^(GET|PATCH) \/(api\/(v1\/)?)?device\/(:uuid\/)?state$/,
];

/** What a device may read, of itself or of nobody, beside those who may read it anyway. */
const sharedRoutes = [
  /^GET \/api\/assets\/:filename(\/manifest|\/versions\/:version)?$/,
  /^GET \/api\/firmware\/:profile\/(version|latest)$/,
  /^GET \/(gateway\/(api\/)?|api\/)?.*telemetry\/latest$/,
  /^GET \/api\/(images\/|configs\/:mac\.json$)/,
];

/** Where devices get their first own key, and show that they have it. */
const registrationRoutes = [/^POST \/(api\/(v1\/)?)?device\/register$/];
const exchangeRoutes = [/^POST \/(api\/(v1\/)?)?device\/:uuid\/key-exchange$/];

export function accessOf(route: string): Access {
  const isOneOf = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(route));
  const devices = isOneOf(sharedRoutes);
  const people = (users: Access['users'], keys: Access['keys'] = null): Access => ({
    ...{ users, keys, devices },
    provisioning: false,
  });
  if (publicRoutes.includes(route) || route.startsWith('GET /api/docs')) return people('anybody');
  if (isOneOf(operatorsRoutes)) return people('superuser');
  if (isOneOf(ownRoutes)) return people('viewer');
  if (isOneOf(adminsRoutes)) return people('admin');
  if (isOneOf(networksRoutes)) return people('nobody', 'ingest');
  if (isOneOf(devicesRoutes)) return { users: 'nobody', keys: null, devices: true, provisioning: false };
  if (isOneOf(registrationRoutes)) return { users: 'nobody', keys: null, devices: false, provisioning: true };
  if (isOneOf(exchangeRoutes)) return { users: 'nobody', keys: null, devices: true, provisioning: true };
  if (isOneOf(tokensRoutes)) return people('editor', 'write');
  return route.startsWith('GET ') ? people('viewer', 'read') : people('editor', 'write');
}
