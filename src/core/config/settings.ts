export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const processRoles = ['all', 'api', 'worker'] as const;
/** What one process does: answer requests, work off the queue, or both. */
export type ProcessRole = (typeof processRoles)[number];

export const tokenAlgorithms = ['ES256', 'RS256'] as const;
/** How access tokens are signed. */
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** Where notices go. */
export interface MqttSettings {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** What their topics begin with. */
  readonly prefix: string;
}

/** Whose access tokens are accepted beside our own. */
export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Dotted paths of claims. */
  readonly roleClaim: string;
  readonly tenantClaim: string | undefined;
  readonly clockSkewSeconds: number;
}

/** Where devices become clients of their own. */
export interface KeycloakSettings {
  readonly url: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly deviceScope: string;
}

export type SettingsValues = Omit<Settings, 'with'>;

/** Everything an operator can set, checked and typed. loadSettings makes it; nothing else reads the environment. */
export class Settings {
  /** Where PostgreSQL is; empty until the embedded one runs. */
  declare readonly databaseUrl: string;
  /** Nobody named a database: the server runs its own under dataDir, and is tuned for one laptop. */
  declare readonly embedded: boolean;
  declare readonly dataDir: string;
  declare readonly host: string;
  declare readonly port: number;
  declare readonly debug: boolean;
  declare readonly logLevel: LogLevel;
  /** Origins whose pages may call the API; `*` is all of them; empty is none. */
  declare readonly corsOrigins: readonly string[];
  /** The root of encryption and signing; empty until the embedded start has read or made it. */
  declare readonly secretKey: string;
  /** Older roots: they still open what they sealed, and seal nothing. */
  declare readonly previousSecretKeys: readonly string[];
  declare readonly tokenAlgorithm: TokenAlgorithm;
  /** After how many days another key signs access tokens. */
  declare readonly tokenKeyDays: number;
  declare readonly registration: 'open' | 'closed';
  /** The slug of the tenant that owns what has no tenant of its own. */
  declare readonly defaultTenant: string;
  declare readonly role: ProcessRole;
  /** How the world reaches this server, without a slash at the end; else the request's host is taken. */
  declare readonly publicUrl: string | undefined;
  /** Whose X-Forwarded-… are believed: nobody's, everybody's, or those of proxies in these networks. */
  declare readonly trustProxy: boolean | readonly string[];
  declare readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
  /** Networks whose devices read configs, assets and images of the default tenant without a credential. */
  declare readonly legacyDeviceReads: readonly string[];
  /** The broker that hears of saved configs and assets; undefined: nobody is told. */
  declare readonly mqtt: MqttSettings | undefined;
  /** Where the default tenant's configs lie as files, too. */
  declare readonly configsDir: string | undefined;
  /** So many revisions of each config are kept. */
  declare readonly configRevisionsKept: number;
  /** How long a request may take to come in, its body included. */
  declare readonly requestTimeoutSeconds: number;
  /** Where uploaded files lie, for all replicas; undefined: in a folder of dataDir. */
  declare readonly assetsDir: string | undefined;
  /** The largest file that is taken. */
  declare readonly assetsMaxBytes: number;
  /** So many versions of each asset are kept. */
  declare readonly assetsKeepVersions: number;
  /** Uploads may be signed as document 003's clients do, by their time alone. */
  declare readonly assetsAcceptTimestampSignatures: boolean;
  /** The default tenant's RSA key, as a PEM file: who holds it uploads, and manifests are signed with it. */
  declare readonly signingKeyPath: string | undefined;
  /** An OIDC issuer whose tokens are accepted; undefined: none. */
  declare readonly oidc: OidcSettings | undefined;
  /** A Keycloak in which devices become clients; undefined: they do not. */
  declare readonly keycloak: KeycloakSettings | undefined;
  /** Where the place of an address is looked up, as ipapi.co does it; undefined: nowhere. */
  declare readonly geoipUrl: string | undefined;
  /** Networks that are not global and may be reached all the same. */
  declare readonly egressAllowCidrs: readonly string[];
  declare readonly retentionDays: {
    readonly events: number;
    readonly runs: number;
    readonly deliveries: number;
    readonly audit: number;
    readonly series: number;
  };
  declare readonly metricsToken: string | undefined;
  declare readonly migrateOnStart: boolean;
  /** Start on a PostgreSQL that may lose commits in a crash. */
  declare readonly allowUnsafeDatabase: boolean;
  /** Messages go to this server's disk while the database is away. */
  declare readonly spool: boolean;
  /** What one process keeps there at most. */
  declare readonly spoolMaxMb: number;
  /** What one device may send with its own key. */
  declare readonly deviceMessagesPerSecond: number;
  /** The calls of scripts written for ThingsBoard are answered. */
  declare readonly thingsboardApi: boolean;
  /** Whoever asks on this machine may see and change this instance's own identity without a credential. */
  declare readonly identityLocalAccess: boolean;
  /** What this instance registers with at an upstream when the request names no key. */
  declare readonly provisioningKey: string | undefined;
  /** How often it says to its upstream that it is there, and asks what it should be. */
  declare readonly upstreamPollSeconds: number;
  /** How many jobs one process works on at once. */
  declare readonly workerSlots: number;
  /** How many threads run user code. */
  declare readonly sandboxThreads: number;

  constructor(values: SettingsValues) {
    Object.assign(this, values);
  }

  /** The same settings but for these. */
  with(changes: Partial<SettingsValues>): Settings {
    return new Settings(Object.assign({}, this, changes));
  }
}
