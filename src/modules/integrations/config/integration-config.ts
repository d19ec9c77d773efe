/*
 * What an integration's `config` may say. The names are those of the wire, and of the stored JSON. Where a secret
 * stands, the stored form holds the mask; see secrets.rules.ts.
 */

export const integrationTypes = ['http', 'mqtt'] as const;
export type IntegrationType = (typeof integrationTypes)[number];

/** PEM texts. Without `ca` the system's authorities count; `cert` and `key` come together. */
export interface TlsConfig {
  ca?: string;
  cert?: string;
  /** Secret. */
  key?: string;
  /** Only for brokers with a certificate that nobody can check; default true. */
  reject_unauthorized?: boolean;
}

/** How hard the other side may be pressed; lies on the lane, so that every worker keeps to it. */
export interface PressureConfig {
  /** Delays before attempt 1, 2, 3 …; after the last the delivery has failed. */
  schedule_ms?: number[];
  max_in_flight?: number;
  rate_per_second?: number;
}

export const httpMethods = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof httpMethods)[number];

export interface SecretHeader {
  value: string;
  secret: true;
}

export type HttpAuth = { type: 'basic'; username: string; password: string } | { type: 'bearer'; token: string };

export interface HttpConfig extends PressureConfig {
  /** May hold `{{path}}` after the host. */
  url: string;
  method?: HttpMethod;
  headers?: Record<string, string | SecretHeader>;
  /** The whole exchange, 1,000 to 30,000; default 10,000. */
  timeout_ms?: number;
  tls?: Omit<TlsConfig, 'reject_unauthorized'>;
  auth?: HttpAuth;
  /** What is sent instead of the message; see template.rules.ts. */
  body_template?: string;
  /** `whsec_` and base64: requests are signed as Standard Webhooks. */
  signing_secret?: string;
  /** Signs as well, while receivers change over. */
  previous_signing_secret?: string;
}

export const mqttVersions = [4, 5] as const;

export interface MqttConfig extends PressureConfig {
  host: string;
  /** Default 1883, with TLS 8883. */
  port?: number;
  topic: string;
  qos?: 0 | 1 | 2;
  retain?: boolean;
  username?: string;
  /** Secret. */
  password?: string;
  /** 4 is MQTT 3.1.1. Default 5; a broker that refuses 5 is spoken to in 4. */
  protocol_version?: (typeof mqttVersions)[number];
  /** Each process adds its own suffix: two clients of one id would throw each other out. */
  client_id?: string;
  /** Present, even empty, means TLS. */
  tls?: TlsConfig;
}

/** A type and the config that belongs to it. */
export type Destination = { type: 'http'; config: HttpConfig } | { type: 'mqtt'; config: MqttConfig };

/** Delays before each attempt of a delivery: five quick ones, then about three days of patience. */
export const defaultScheduleMs: readonly number[] = [
  0, 5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];
