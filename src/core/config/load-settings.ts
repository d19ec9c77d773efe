import { SettingsInvalid } from './settings-invalid.js';
import { Settings, type KeycloakSettings, type SettingsValues } from './settings.js';
import type { Variable } from './variable.js';
import { variables } from './variables.js';

const loopback = ['127.0.0.0/8', '::1/128'];

/**
 * The settings that an environment means. A variable that is empty counts as absent, as compose files leave it so.
 * In the embedded start `databaseUrl` is still empty, and `secretKey` too unless it was given: main fills them in.
 *
 * @throws SettingsInvalid with every problem at once.
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const problems: string[] = [];
  const read = <T>(variable: Variable<T>) => readVariable(env, variable, problems);

  const databaseUrl = read(variables.databaseUrl);
  const embedded = givenText(env, variables.databaseUrl) === undefined;
  const secretKey = read(variables.secretKey);
  if (!embedded && givenText(env, variables.secretKey) === undefined) {
    problems.push(`SECRET_KEY is missing: with DATABASE_URL it is required. Allowed: ${variables.secretKey.allowed}.`);
  }
  const role = read(variables.role) ?? 'all';
  if (embedded && role !== 'all') {
    problems.push(
      `ROLE=${role} needs DATABASE_URL: the embedded database belongs to one process, which does everything.`,
    );
  }
  const certPath = read(variables.tlsCert);
  const keyPath = read(variables.tlsKey);
  if ((certPath === undefined) !== (keyPath === undefined)) {
    problems.push('TLS_CERT and TLS_KEY go together: one of them is missing.');
  }
  const [issuer, audience] = [read(variables.oidcIssuer), read(variables.oidcAudience)];
  if (issuer !== undefined && audience === undefined) {
    problems.push('OIDC_AUDIENCE (or OIDC_CLIENT_ID) is missing: OIDC_ISSUER makes tokens for others, too.');
  }
  const oidcClaims = {
    roleClaim: read(variables.oidcRoleClaim) ?? 'realm_access.roles',
    tenantClaim: read(variables.oidcTenantClaim),
    clockSkewSeconds: read(variables.oidcClockSkewSeconds) ?? 30,
  };
  const keycloak = keycloakOf(read, problems);
  const mqttUrl = read(variables.mqttUrl);
  const broker = {
    username: read(variables.mqttUsername),
    password: read(variables.mqttPassword),
    prefix: read(variables.mqttPrefix) ?? 'iotsupport',
  };
  const debug = read(variables.debug) ?? false;

  const values: SettingsValues = {
    databaseUrl: databaseUrl ?? '',
    embedded,
    dataDir: read(variables.dataDir) ?? './data',
    host: read(variables.host) ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
    port: read(variables.port) ?? 8000,
    debug,
    logLevel: read(variables.logLevel) ?? (debug ? 'debug' : 'info'),
    corsOrigins: read(variables.corsOrigins) ?? [],
    secretKey: secretKey ?? '',
    previousSecretKeys: read(variables.previousSecretKeys) ?? [],
    tokenAlgorithm: read(variables.tokenAlgorithm) ?? 'ES256',
    tokenKeyDays: read(variables.tokenKeyDays) ?? 90,
    registration: read(variables.registration) ?? (embedded ? 'open' : 'closed'),
    defaultTenant: read(variables.defaultTenant) ?? 'default',
    role,
    publicUrl: read(variables.publicUrl),
    trustProxy: read(variables.trustProxy) ?? false,
    tls: certPath === undefined || keyPath === undefined ? undefined : { certPath, keyPath },
    legacyDeviceReads: read(variables.legacyDeviceReads) ?? [],
    mqtt: mqttUrl === undefined ? undefined : { url: mqttUrl, ...broker },
    configsDir: read(variables.configsDir),
    configRevisionsKept: read(variables.configRevisionsKept) ?? 100,
    requestTimeoutSeconds: read(variables.requestTimeoutSeconds) ?? 30,
    assetsDir: read(variables.assetsDir),
    assetsMaxBytes: read(variables.assetsMaxBytes) ?? 512 * 1024 * 1024,
    assetsKeepVersions: read(variables.assetsKeepVersions) ?? 10,
    assetsAcceptTimestampSignatures: read(variables.assetsAcceptTimestampSignatures) ?? false,
    signingKeyPath: read(variables.signingKeyPath),
    oidc: issuer === undefined || audience === undefined ? undefined : { issuer, audience, ...oidcClaims },
    keycloak,
    geoipUrl: read(variables.geoip) === 'ipapi' ? (read(variables.geoipUrl) ?? 'https://ipapi.co') : undefined,
    egressAllowCidrs: read(variables.egressAllowCidrs) ?? (embedded ? loopback : []),
    retentionDays: {
      events: read(variables.retentionEventsDays) ?? 30,
      runs: read(variables.retentionRunsDays) ?? 30,
      deliveries: read(variables.retentionDeliveriesDays) ?? 30,
      audit: read(variables.retentionAuditDays) ?? 365,
      series: read(variables.retentionSeriesDays) ?? 730,
    },
    metricsToken: read(variables.metricsToken),
    migrateOnStart: read(variables.migrateOnStart) ?? embedded,
    allowUnsafeDatabase: read(variables.allowUnsafeDatabase) ?? false,
    spool: read(variables.spool) ?? true,
    spoolMaxMb: read(variables.spoolMaxMb) ?? 1024,
    deviceMessagesPerSecond: read(variables.deviceMessagesPerSecond) ?? 50,
    thingsboardApi: read(variables.thingsboardApi) ?? false,
    identityLocalAccess: read(variables.identityLocalAccess) ?? embedded,
    provisioningKey: read(variables.provisioningKey),
    upstreamPollSeconds: read(variables.upstreamPollSeconds) ?? 60,
    workerSlots: read(variables.workerSlots) ?? 200,
    sandboxThreads: read(variables.sandboxThreads) ?? 2,
  };
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return new Settings(values);
}

function keycloakOf(
  read: <T>(variable: Variable<T>) => T | undefined,
  problems: string[],
): KeycloakSettings | undefined {
  const [url, realm] = [read(variables.keycloakUrl), read(variables.keycloakRealm)];
  const [clientId, clientSecret] = [read(variables.keycloakClientId), read(variables.keycloakClientSecret)];
  const deviceScope = read(variables.keycloakDeviceScope) ?? 'iot-device-audience';
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (url === undefined || realm === undefined || clientId === undefined || clientSecret === undefined) {
    problems.push('KEYCLOAK_ADMIN_URL, _REALM, _CLIENT_ID and _CLIENT_SECRET go together: one of them is missing.');
    return undefined;
  }
  return { url, realm, clientId, clientSecret, deviceScope };
}

function readVariable<T>(env: NodeJS.ProcessEnv, variable: Variable<T>, problems: string[]): T | undefined {
  const given = givenText(env, variable);
  if (given === undefined) return undefined;
  const value = variable.parse(given.text);
  if (value === undefined) {
    const shown = variable.secret ? '' : ` (it says "${given.text}")`;
    problems.push(`${given.name} is not allowed${shown}: ${variable.meaning} Allowed: ${variable.allowed}.`);
  }
  return value;
}

function givenText(env: NodeJS.ProcessEnv, variable: Variable<unknown>): { name: string; text: string } | undefined {
  for (const name of variable.names) {
    const text = env[name]?.trim();
    if (text !== undefined && text !== '') return { name, text };
  }
  return undefined;
}
