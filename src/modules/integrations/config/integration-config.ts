/*
 * What an integration's `config` may say. The names are those of the wire, and of the stored JSON. Where a secret
 * stands, the stored form holds the mask; see secrets.rules.ts.
 */

import type { PressureConfig, TlsConfig } from '../../../core/outbound/connection-config.js';

export const integrationTypes = ['http', 'mqtt'] as const;
export type IntegrationType = (typeof integrationTypes)[number];

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
