import type { ApiPropertyOptions } from '@nestjs/swagger';
import { defaultScheduleMs } from '../../../core/outbound/connection-config.js';
import { httpMethods } from '../config/integration-config.js';

type Schema = NonNullable<Extract<ApiPropertyOptions, { oneOf?: unknown }>['oneOf']>[number];
type Schemas = Record<string, Schema>;

const schedule: Schemas = {
  schedule_ms: {
    type: 'array',
    items: { type: 'integer', minimum: 0 },
    description: 'Delays before each attempt in ms, each ±20 %.',
    default: [...defaultScheduleMs],
  },
  max_in_flight: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    description: 'Attempts under way at once, over all workers.',
  },
  rate_per_second: { type: 'number', description: 'Attempts per second at most.' },
};

const pem: Schema = { type: 'string', description: 'PEM.' };
const secret: Schema = {
  type: 'string',
  writeOnly: true,
  description: 'Secret: read back as ********, which keeps it when sent again.',
};
const tls: Schemas = { ca: pem, cert: pem, key: { ...secret, description: 'PEM. Secret.' } };

const http: Schema = {
  title: 'http',
  type: 'object',
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      description: 'http or https; may hold {{path}} after the host.',
      example: 'https://example.org/up/{{device.dev_eui}}',
    },
    method: {
      type: 'string',
      enum: [...httpMethods],
      default: 'POST',
      description: 'GET sends the message as query parameters.',
    },
    headers: {
      type: 'object',
      additionalProperties: {
        oneOf: [
          { type: 'string' },
          {
            type: 'object',
            properties: { value: { type: 'string' }, secret: { type: 'boolean' } },
            required: ['value'],
          },
        ],
      },
      example: { 'X-Site': '{{device.metadata.site}}', 'X-Api-Key': { value: '********', secret: true } },
    },
    timeout_ms: { type: 'integer', minimum: 1000, maximum: 30000, default: 10000 },
    tls: { type: 'object', properties: tls },
    auth: {
      oneOf: [
        {
          type: 'object',
          properties: { type: { enum: ['basic'] }, username: { type: 'string' }, password: secret },
          required: ['type', 'username'],
        },
        { type: 'object', properties: { type: { enum: ['bearer'] }, token: secret }, required: ['type', 'token'] },
      ],
    },
    body_template: {
      type: 'string',
      description: 'What is sent instead of the message: {{path}} inside JSON strings, {{json path}} for whole values.',
      example: '{"text": "{{device.name}}: {{data.temperature}} °C", "all": {{json data}}}',
    },
    signing_secret: {
      ...secret,
      description: 'whsec_ and base64: requests carry Standard Webhooks signatures. Secret.',
    },
    previous_signing_secret: { ...secret, description: 'Signs as well, while receivers change over. Secret.' },
    ...schedule,
  },
};

const mqtt: Schema = {
  title: 'mqtt',
  type: 'object',
  required: ['host', 'topic'],
  properties: {
    host: { type: 'string', example: 'broker.example.org' },
    port: { type: 'integer', description: 'Default 1883, with TLS 8883.' },
    topic: {
      type: 'string',
      description: 'May hold {{path}}; the characters / + # of a value become _.',
      example: 'fieldline/{{device.dev_eui}}/up',
    },
    qos: { type: 'integer', enum: [0, 1, 2], default: 1 },
    retain: { type: 'boolean', default: false },
    username: { type: 'string' },
    password: secret,
    protocol_version: {
      type: 'integer',
      enum: [4, 5],
      default: 5,
      description: 'A broker that refuses 5 is spoken to in 4.',
    },
    client_id: { type: 'string', description: 'Each process adds a suffix of its own.' },
    tls: {
      type: 'object',
      description: 'Present, even empty, means TLS.',
      properties: { ...tls, reject_unauthorized: { type: 'boolean', default: true } },
    },
    ...schedule,
  },
};

/** How `config` is documented; what is checked stands in config/. */
export const configSchema: ApiPropertyOptions = {
  oneOf: [http, mqtt],
  example: { url: 'https://example.org/hooks/fieldline', headers: { 'X-Site': 'north' } },
};
