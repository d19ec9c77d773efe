import { issuerVariables } from './issuer-variables.js';
import { logLevels, processRoles, tokenAlgorithms } from './settings.js';
import { choice, cidrOf, flag, list, parsed, secret, text, urlOf, wholeNumber, type Variable } from './variable.js';

const anyText = /^[^\u0000-\u001f]+$/;
const secretText = /^[^\u0000-\u001f,]{32,}$/;
const days = (name: string, of: string, example = '30') =>
  wholeNumber({ names: [name], meaning: `For how many days ${of} are kept.`, example }, 7, 3650);

/** Every variable that the server reads: the one source of loadSettings and of .env.example. */
export const variables = {
  databaseUrl: secret(
    parsed(
      {
        names: ['DATABASE_URL'],
        meaning: 'PostgreSQL 15 or newer; without it the server runs its own under DATA_DIR.',
        example: 'postgresql://fieldline:password@localhost:5432/fieldline',
      },
      'postgresql://user:password@host:port/database',
      (given) => (urlOf(given, ['postgres:', 'postgresql:']) === undefined ? undefined : given),
    ),
  ),
  dataDir: text(
    { names: ['DATA_DIR'], meaning: 'Where the server keeps its own files.', example: './data' },
    'a path of a directory',
    anyText,
  ),
  port: wholeNumber({ names: ['API_PORT', 'PORT'], meaning: 'The port it listens on.', example: '8000' }, 0, 65535),
  host: text(
    {
      names: ['API_HOST', 'HOST'],
      meaning: 'The address it listens on: 127.0.0.1 in the embedded start, else 0.0.0.0.',
      example: '0.0.0.0',
    },
    'an address or a name of this machine',
    /^[\w.:-]+$/,
  ),
  debug: flag({
    names: ['DEBUG'],
    meaning: 'Logs more: sets LOG_LEVEL to debug where that is absent.',
    example: 'false',
  }),
  logLevel: choice({ names: ['LOG_LEVEL'], meaning: 'The least level that is logged.', example: 'info' }, logLevels, {
    warning: 'warn',
    critical: 'fatal',
  }),
  corsOrigins: list(
    {
      names: ['CORS_ORIGINS'],
      meaning: 'Origins whose pages may call the API, as a JSON array or a list with commas.',
      example: '["http://localhost:3000"]',
    },
    'origins such as https://console.example.org without a path, or *',
    (item) => (item === '*' || urlOf(item, ['http:', 'https:'])?.origin === item ? item : undefined),
  ),
  secretKey: secret(
    text(
      {
        names: ['SECRET_KEY'],
        meaning:
          'The root of encryption and signing: required with DATABASE_URL, else made at the first start into DATA_DIR/secret.key.',
        example: 'the output of: openssl rand -base64 48',
      },
      'a random text of at least 32 characters without commas',
      secretText,
    ),
  ),
  previousSecretKeys: secret(
    list(
      {
        names: ['SECRET_KEY_PREVIOUS'],
        meaning: 'Older SECRET_KEYs, newest first: what they sealed stays readable until it is sealed anew.',
        example: 'the old key',
      },
      'keys of at least 32 characters with commas between them',
      (item) => (secretText.test(item) ? item : undefined),
    ),
  ),
  tokenAlgorithm: choice(
    {
      names: ['TOKEN_ALGORITHM'],
      meaning: 'How access tokens are signed; ES256 is shorter and faster, RS256 is known to every library.',
      example: 'ES256',
    },
    tokenAlgorithms,
  ),
  tokenKeyDays: wholeNumber(
    {
      names: ['TOKEN_KEY_DAYS'],
      meaning: 'After how many days another key signs access tokens; nobody notices.',
      example: '90',
    },
    1,
    3650,
  ),
  registration: choice(
    {
      names: ['REGISTRATION'],
      meaning: 'Whether strangers may make themselves an account: open in the embedded start, else closed.',
      example: 'closed',
    },
    ['open', 'closed'],
  ),
  defaultTenant: text(
    {
      names: ['DEFAULT_TENANT'],
      meaning: 'The slug of the tenant that owns what has no tenant of its own.',
      example: 'default',
    },
    'lower-case letters, digits and dashes, at most 63',
    /^[a-z0-9][a-z0-9-]{0,62}$/,
  ),
  role: choice(
    {
      names: ['ROLE'],
      meaning: 'Whether this process answers requests, works off the queue, or both.',
      example: 'all',
    },
    processRoles,
  ),
  publicUrl: parsed(
    {
      names: ['PUBLIC_URL'],
      meaning: 'How the world reaches the server, for links; else the host of each request is taken.',
      example: 'https://iot.example.org',
    },
    'an http or https address without user, query and fragment',
    (given) => {
      const url = urlOf(given, ['http:', 'https:']);
      if (url === undefined || url.username !== '' || /[?#]/.test(given)) return undefined;
      return url.href.replace(/\/+$/, '');
    },
  ),
  trustProxy: parsed<boolean | readonly string[]>(
    {
      names: ['TRUST_PROXY'],
      meaning: 'Whose X-Forwarded-For is believed when the address of a caller matters.',
      example: 'false',
    },
    'false, true (everybody), or addresses and networks of proxies with commas',
    (given) => {
      // Not 1 and 0: elsewhere they mean a number of proxies, which says nothing about who they are.
      if (/^(true|false)$/i.test(given)) return given.toLowerCase() === 'true';
      const networks = given.split(',').map((item) => cidrOf(item.trim()));
      return networks.every((network) => network !== undefined) ? networks : undefined;
    },
  ),
  tlsCert: text(
    {
      names: ['TLS_CERT'],
      meaning: 'The certificate chain (PEM) to serve HTTPS with.',
      example: '/etc/fieldline/tls.crt',
    },
    'a path of a file; goes with TLS_KEY',
    anyText,
  ),
  tlsKey: text(
    { names: ['TLS_KEY'], meaning: 'The private key (PEM) of TLS_CERT.', example: '/etc/fieldline/tls.key' },
    'a path of a file; goes with TLS_CERT',
    anyText,
  ),
  configsDir: text(
    {
      names: ['ESP32_CONFIGS_DIR'],
      meaning: 'A folder in which the configs of the default tenant are also files: each edit goes both ways.',
      example: '/var/lib/fieldline/configs',
    },
    'a path of a directory',
    anyText,
  ),
  legacyDeviceReads: list(
    {
      names: ['LEGACY_DEVICE_READS'],
      meaning:
        'Networks whose devices read configs, assets and images of the default tenant without a credential; else none.',
      example: '192.168.30.0/24',
    },
    'addresses and networks with commas between them, or none',
    cidrOf,
    'none',
  ),
  mqttUrl: secret(
    parsed(
      {
        names: ['MQTT_URL'],
        meaning: 'The broker that is told of every saved config and asset.',
        example: 'mqtt://localhost:1883',
      },
      'mqtt://host:port or mqtts://host:port',
      (given) => (urlOf(given, ['mqtt:', 'mqtts:']) === undefined ? undefined : given),
    ),
  ),
  mqttUsername: text(
    { names: ['MQTT_USERNAME'], meaning: 'Who we are to that broker.', example: 'fieldline' },
    'a text',
    anyText,
  ),
  mqttPassword: secret(
    text(
      { names: ['MQTT_PASSWORD'], meaning: 'The password of MQTT_USERNAME.', example: 'a password' },
      'a text',
      anyText,
    ),
  ),
  mqttPrefix: text(
    {
      names: ['MQTT_PREFIX'],
      meaning: 'What the topics of those notices begin with: <prefix>/updates/configs.',
      example: 'iotsupport',
    },
    'a topic without + and #',
    /^[^+#\u0000-\u001f]{1,200}$/,
  ),
  requestTimeoutSeconds: wholeNumber(
    {
      names: ['REQUEST_TIMEOUT_SECONDS'],
      meaning: 'How long a request may take to come in; large uploads over slow links need more than 30.',
      example: '30',
    },
    5,
    500,
  ),
  assetsDir: text(
    {
      names: ['ASSETS_DIR'],
      meaning: 'Where uploaded files lie, the same folder for all replicas; else in DATA_DIR/assets.',
      example: '/var/lib/fieldline/assets',
    },
    'a path of a directory',
    anyText,
  ),
  assetsMaxBytes: wholeNumber(
    {
      names: ['ASSETS_MAX_BYTES'],
      meaning: 'The largest file that may be uploaded, in bytes; what is larger is refused with 413.',
      example: '536870912',
    },
    1,
    999_999_999,
  ),
  assetsKeepVersions: wholeNumber(
    {
      names: ['ASSETS_KEEP_VERSIONS'],
      meaning: 'How many versions of each asset are kept, the newest and those that a profile offers.',
      example: '10',
    },
    1,
    1_000,
  ),
  configRevisionsKept: wholeNumber(
    {
      names: ['CONFIG_REVISIONS_KEPT'],
      meaning: 'How many revisions of each config are kept, the newest and the one that counts.',
      example: '100',
    },
    1,
    100_000,
  ),
  assetsAcceptTimestampSignatures: flag({
    names: ['ASSETS_ACCEPT_TIMESTAMP_SIGNATURES'],
    meaning: 'Takes uploads whose signature covers only the time, and so neither the name nor the file.',
    example: 'false',
  }),
  signingKeyPath: text(
    {
      names: ['SIGNING_KEY_PATH'],
      meaning:
        'The RSA key (PEM) that uploads of the default tenant are signed with; a private one signs manifests, too.',
      example: '/etc/fieldline/signing.pem',
    },
    'a path of a file',
    anyText,
  ),
  ...issuerVariables,
  geoip: choice(
    {
      names: ['GEOIP'],
      meaning: 'Where devices are looked up by their address that do not say where they are when they register.',
      example: 'off',
    },
    ['off', 'ipapi'],
  ),
  geoipUrl: parsed(
    {
      names: ['GEOIP_URL'],
      meaning: 'Who is asked with GEOIP=ipapi, as {address}/json/ below it; its answers have the form of ipapi.co.',
      example: 'https://ipapi.co',
    },
    'an http or https address',
    (given) => (urlOf(given, ['http:', 'https:']) === undefined ? undefined : given.replace(/\/+$/, '')),
  ),
  egressAllowCidrs: list(
    {
      names: ['EGRESS_ALLOW_CIDRS'],
      meaning: 'Networks inside that webhooks and brokers may reach: loopback in the embedded start, else none.',
      example: '10.1.0.0/16,192.168.7.20',
    },
    'addresses and networks with commas between them, or none',
    cidrOf,
    'none',
  ),
  retentionEventsDays: days('RETENTION_EVENTS_DAYS', 'device events and changes of twins'),
  retentionRunsDays: days('RETENTION_RUNS_DAYS', 'flow runs and their steps'),
  retentionDeliveriesDays: days('RETENTION_DELIVERIES_DAYS', 'ended deliveries'),
  retentionAuditDays: days('RETENTION_AUDIT_DAYS', 'records of who changed what', '365'),
  retentionSeriesDays: days('RETENTION_SERIES_DAYS', 'readings over time', '730'),
  metricsToken: secret(
    text(
      {
        names: ['METRICS_TOKEN'],
        meaning: 'The bearer that /metrics asks for; without it /metrics is open.',
        example: 'a random text',
      },
      'at least 16 characters without spaces',
      /^[\u0021-\u007e]{16,}$/,
    ),
  ),
  migrateOnStart: flag({
    names: ['MIGRATE_ON_START'],
    meaning: 'Brings the database schema up to date at start: true in the embedded start, else false.',
    example: 'false',
  }),
  allowUnsafeDatabase: flag({
    names: ['ALLOW_UNSAFE_DATABASE'],
    meaning: 'Starts on a PostgreSQL with fsync or synchronous_commit off, which may lose what was answered.',
    example: 'false',
  }),
  spool: flag({
    names: ['SPOOL'],
    meaning: 'Keeps messages under DATA_DIR/spool while the database is away; without it they are refused with 503.',
    example: 'true',
  }),
  spoolMaxMb: wholeNumber(
    { names: ['SPOOL_MAX_MB'], meaning: 'How much one process keeps there at most.', example: '1024' },
    1,
    1_000_000,
  ),
  deviceMessagesPerSecond: wholeNumber(
    {
      names: ['DEVICE_MESSAGES_PER_SECOND'],
      meaning: 'What one device may send with its own key to one process; what is more is refused with 429.',
      example: '50',
    },
    1,
    10_000,
  ),
  thingsboardApi: flag({
    names: ['THINGSBOARD_API'],
    meaning: 'Answers the calls by which scripts written for ThingsBoard log in and make assets and devices.',
    example: 'false',
  }),
  identityLocalAccess: flag({
    names: ['IDENTITY_LOCAL_ACCESS'],
    meaning:
      'Whether programs on this machine may read and change its own device identity (/api/v1/device, /api/v1/state) without a login: true in the embedded start, else false.',
    example: 'false',
  }),
  provisioningKey: secret(
    text(
      {
        names: ['PROVISIONING_KEY'],
        meaning: 'The key that this instance registers with at its upstream when the request names none.',
        example: 'flp_… of the upstream',
      },
      'at most 512 characters without spaces',
      /^[\u0021-\u007e]{1,512}$/,
    ),
  ),
  upstreamPollSeconds: wholeNumber(
    {
      names: ['UPSTREAM_POLL_SECONDS'],
      meaning: 'How often this instance, once registered, reports to its upstream and asks for its target state.',
      example: '60',
    },
    1,
    86_400,
  ),
  workerSlots: wholeNumber(
    {
      names: ['WORKER_SLOTS'],
      meaning: 'How many jobs one process works on at once; most of them only wait.',
      example: '200',
    },
    1,
    1000,
  ),
  sandboxThreads: wholeNumber(
    { names: ['SANDBOX_THREADS'], meaning: 'How many threads of one process run user code.', example: '2' },
    2,
    64,
  ),
} satisfies Record<string, Variable<unknown>>;
