import { parsed, secret, text, urlOf, wholeNumber, type Variable } from './variable.js';

const anyText = /^[^\u0000-\u001f]+$/;

/** What names an OIDC issuer whose tokens are accepted, and a Keycloak whose clients devices are. */
export const issuerVariables = {
  oidcIssuer: parsed(
    {
      names: ['OIDC_ISSUER', 'OIDC_ISSUER_URL'],
      meaning: 'An OIDC issuer (Keycloak, …) whose access tokens are accepted, written exactly as it writes itself.',
      example: 'https://keycloak.example.org/realms/iot',
    },
    'an http or https address without user, query and fragment; goes with OIDC_AUDIENCE',
    (given) => {
      const url = urlOf(given, ['http:', 'https:']);
      return url === undefined || url.username !== '' || /[?#]/.test(given) ? undefined : given;
    },
  ),
  oidcAudience: text(
    {
      names: ['OIDC_AUDIENCE', 'OIDC_CLIENT_ID'],
      meaning: 'The audience that its tokens must name; OIDC_CLIENT_ID where this is absent.',
      example: 'iotsupport',
    },
    'a text',
    anyText,
  ),
  oidcRoleClaim: text(
    {
      names: ['OIDC_ROLE_CLAIM'],
      meaning:
        'Where its tokens say viewer, editor or admin (also fieldline-viewer, …), as a dotted path; who has none of them is refused.',
      example: 'realm_access.roles',
    },
    'a text',
    anyText,
  ),
  oidcTenantClaim: text(
    {
      names: ['OIDC_TENANT_CLAIM'],
      meaning: 'Where its tokens say the slug of a tenant, as a dotted path; else everybody is in DEFAULT_TENANT.',
      example: 'tenant',
    },
    'a text',
    anyText,
  ),
  oidcClockSkewSeconds: wholeNumber(
    {
      names: ['OIDC_CLOCK_SKEW_SECONDS'],
      meaning: 'How far its clock may be from ours, in seconds.',
      example: '30',
    },
    0,
    300,
  ),
  keycloakUrl: parsed(
    {
      names: ['KEYCLOAK_ADMIN_URL', 'KEYCLOAK_BASE_URL'],
      meaning: 'A Keycloak in which every device that is given a key also becomes a client; without it none does.',
      example: 'https://keycloak.example.org',
    },
    'an http or https address; goes with KEYCLOAK_ADMIN_REALM, KEYCLOAK_ADMIN_CLIENT_ID and KEYCLOAK_ADMIN_CLIENT_SECRET',
    (given) => (urlOf(given, ['http:', 'https:']) === undefined ? undefined : given.replace(/\/+$/, '')),
  ),
  keycloakRealm: text(
    { names: ['KEYCLOAK_ADMIN_REALM', 'KEYCLOAK_REALM'], meaning: 'The realm of those clients.', example: 'iot' },
    'letters, digits, dots, dashes and underlines',
    /^[\w.-]{1,100}$/,
  ),
  keycloakClientId: text(
    {
      names: ['KEYCLOAK_ADMIN_CLIENT_ID'],
      meaning: 'Our own client there: with service account roles, and manage-clients among them.',
      example: 'iotsupport-admin',
    },
    'a text',
    anyText,
  ),
  keycloakClientSecret: secret(
    text(
      { names: ['KEYCLOAK_ADMIN_CLIENT_SECRET'], meaning: 'Its secret.', example: 'the secret of the client' },
      'a text',
      anyText,
    ),
  ),
  keycloakDeviceScope: text(
    {
      names: ['KEYCLOAK_DEVICE_SCOPE_NAME'],
      meaning: 'The client scope that puts OIDC_AUDIENCE into the tokens of devices.',
      example: 'iot-device-audience',
    },
    'a text',
    anyText,
  ),
} satisfies Record<string, Variable<unknown>>;
