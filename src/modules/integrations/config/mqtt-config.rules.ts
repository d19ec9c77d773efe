import type { FieldError } from '../../../core/errors/app-error.js';
import { type TlsConfig } from '../../../core/outbound/connection-config.js';
import { mqttVersions, type MqttConfig } from './integration-config.js';
import { checkPair, checkTemplate, readPressure, readTls, takePem } from '../../../core/outbound/config-parts.rules.js';
import { ObjectReader, present } from '../../../core/json/object-reader.js';

const hostName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})|\[?[0-9A-Fa-f:.]{2,45}\]?)$/;
const maxTopicLength = 1_024;

/** A broker's address as a url; the canvas of document 001 writes it so. */
interface BrokerUrl {
  host?: string;
  port?: number;
  secure?: boolean;
  username?: string;
  password?: string;
}

const secureSchemes = new Set(['mqtts:', 'ssl:', 'tls:']);
const plainSchemes = new Set(['mqtt:', 'tcp:']);

/**
 * Reads the config of an MQTT integration, secrets included, and notes every fault with its path. The older names of
 * document 001 (`use_ssl`, `ca_cert`, `client_cert`, `client_key`) and of its canvas (`url`, `ssl`, `sslCertificate`)
 * are read and written down as ours.
 */
export function parseMqttConfig(value: Record<string, unknown>, errors: FieldError[]): MqttConfig {
  // The canvas sends every field it shows; an empty one means that nothing was typed.
  const filled = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== ''));
  const reader = new ObjectReader(filled, 'config', errors);
  const url = readBrokerUrl(reader);
  const config = present({
    host: readHost(reader, url),
    port: reader.takeInteger('port', 1, 65_535) ?? url.port,
    topic: readTopic(reader),
    qos: reader.takeOneOf('qos', [0, 1, 2]),
    retain: reader.takeFlag('retain'),
    username: reader.takeText('username') ?? url.username,
    password: reader.takeText('password', { maxLength: 8_192 }) ?? url.password,
    protocol_version: reader.takeOneOf('protocol_version', mqttVersions),
    client_id: reader.takeText('client_id', { maxLength: 128 }),
    tls: readMqttTls(reader, url),
    ...readPressure(reader),
  });
  reader.refuseUnknown();
  return config;
}

function readBrokerUrl(reader: ObjectReader): BrokerUrl {
  const text = reader.takeText('url');
  if (text === undefined) return {};
  const url = URL.canParse(text) && text.includes('://') ? new URL(text) : undefined;
  // `broker.example.org:1883` and a bare host are what people type.
  if (url === undefined) return readHostAndPort(reader, text);
  const secure = secureSchemes.has(url.protocol);
  if ((!secure && !plainSchemes.has(url.protocol)) || url.hostname === '') {
    reader.refuse('url', 'must be mqtt://host:port or mqtts://host:port');
    return {};
  }
  return present({
    host: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    secure: secure ? true : undefined,
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
  });
}

function readHostAndPort(reader: ObjectReader, text: string): BrokerUrl {
  const [, host, port] = /^([A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host !== undefined) return present({ host, port: port === undefined ? undefined : Number(port) });
  reader.refuse('url', 'must be mqtt://host:port or mqtts://host:port');
  return {};
}

function readHost(reader: ObjectReader, url: BrokerUrl): string {
  const limits = {
    maxLength: 255,
    pattern: { matches: hostName, wants: 'must be a host name or an address, without scheme and port' },
  };
  const host = reader.takeText('host', limits) ?? url.host;
  if (host === undefined && !reader.errors.some(({ path }) => path === 'config.host' || path === 'config.url')) {
    reader.refuse('host', 'is required');
  }
  return (host ?? '').replaceAll(/^\[|\]$/g, '');
}

function readTopic(reader: ObjectReader): string {
  const topic = reader.requireText('topic', { maxLength: maxTopicLength });
  if (/[+#]/.test(topic.replaceAll(/\{\{[^{}]*\}\}/g, '')))
    reader.refuse('topic', 'must not hold the wildcards + and #');
  checkTemplate(reader, 'topic', topic);
  return topic;
}

function readMqttTls(reader: ObjectReader, url: BrokerUrl): TlsConfig | undefined {
  const tls = reader.takeObject('tls');
  const read =
    tls === undefined
      ? undefined
      : { ...readTls(tls), ...present({ reject_unauthorized: tls.takeFlag('reject_unauthorized') }) };
  tls?.refuseUnknown();
  const older = {
    ca: takePem(reader, 'ca_cert') ?? takePem(reader, 'sslCertificate'),
    cert: takePem(reader, 'client_cert'),
    key: takePem(reader, 'client_key'),
  };
  reader.take('sslCertificate');
  const switchedOn = takeSwitch(reader, 'use_ssl') ?? takeSwitch(reader, 'ssl');
  reader.take('ssl');
  if (read !== undefined) {
    if (switchedOn === false) reader.refuse('use_ssl', 'says no TLS, but config.tls is there');
    return read;
  }
  if (switchedOn === false && url.secure === true) reader.refuse('url', 'asks for TLS, but TLS is switched off');
  if (switchedOn !== true && url.secure !== true) return undefined;
  checkPair(reader, older);
  return present(older);
}

/** The canvas writes its switches as "true" and "false". */
function takeSwitch(reader: ObjectReader, key: string): boolean | undefined {
  const value = reader.take(key);
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  reader.refuse(key, 'must be true or false');
  return undefined;
}
