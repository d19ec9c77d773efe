import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errors } from 'undici';
import { EgressRefused } from '../../../core/egress/egress-refused.js';
import { Egress } from '../../../core/egress/egress.js';
import { Clock } from '../../../core/time/clock.js';
import type { AttemptOutcome, OutboundMessage, Preview } from '../../runs/channels/channels.service.js';
import type { MqttConfig } from '../config/integration-config.js';
import { TemplateValueMissing } from '../../../core/outbound/template.rules.js';
import { messageOf } from '../../../core/outbound/told.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { ConnectionPool } from '../../../core/outbound/connection-pool.js';
import { MqttConnectFailed, MqttConnection } from './mqtt-connection.js';
import { MqttLink } from './mqtt-link.js';
import { PublicationMaker, type Publication } from './mqtt-publication.rules.js';
import type { MqttTarget } from './target.js';

const connectTimeoutMs = 10_000;
const maxInFlight = 1_000;

/** Makes one MQTT attempt: one publication, pipelined with its neighbours on the integration's one connection. */
@Injectable()
export class MqttSender implements OnModuleInit, OnApplicationShutdown {
  private readonly makers = new WeakMap<MqttTarget, PublicationMaker>();
  private readonly links: ConnectionPool<MqttLink>;

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {
    this.links = new ConnectionPool(clock, (link) => link.end());
  }

  onModuleInit(): void {
    this.links.startSweeping();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.links.endAll();
  }

  async send(target: MqttTarget, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    const publication = this.publicationOf(target, message);
    return 'topic' in publication ? this.publish(target, publication, signal) : publication;
  }

  /** What would be sent; a publication holds no secret. */
  preview(target: MqttTarget, message: OutboundMessage): Preview {
    const publication = this.publicationOf(target, message);
    if (!('topic' in publication)) return { request: null, failure: publication };
    const { topic, payload, qos, retain } = publication;
    return { request: { host: target.config.host, port: portOf(target.config), topic, qos, retain, payload } };
  }

  /** The publication that `send` makes, or why none can be made of this message. */
  private publicationOf(target: MqttTarget, { messageJson, deliveryId }: OutboundMessage): Publication | Failure {
    try {
      return this.makerOf(target).make(messageJson, deliveryId);
    } catch (error) {
      if (error instanceof TemplateValueMissing) return failed('template.missing_value', error.message, false);
      throw error;
    }
  }

  private publish(target: MqttTarget, publication: Publication, signal: AbortSignal): Promise<AttemptOutcome> {
    return this.links.of(target, (opened) => this.linkTo(opened)).publish(publication, signal);
  }

  private linkTo({ config }: MqttTarget): MqttLink {
    const dial = async (protocolVersion: 4 | 5): Promise<MqttConnection> => {
      const socket = await this.socketTo(config);
      const { username, password, client_id = 'fieldline' } = config;
      return MqttConnection.open(socket, {
        // A suffix for each connection: a second client of the same id, in any process, would throw the first one out.
        clientId: `${client_id}-${randomBytes(4).toString('hex')}`,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        protocolVersion,
        maxInFlight: config.max_in_flight ?? maxInFlight,
        timeoutMs: connectTimeoutMs,
      });
    };
    return new MqttLink(config.protocol_version ?? 5, dial, this.clock);
  }

  private async socketTo(config: MqttConfig): Promise<Socket> {
    const { host, tls } = config;
    const { reject_unauthorized: rejectUnauthorized = true, ...identity } = tls ?? {};
    try {
      return await this.egress.connectSocket({
        host,
        port: portOf(config),
        timeoutMs: connectTimeoutMs,
        ...(tls === undefined ? {} : { tls: { ...identity, rejectUnauthorized } }),
      });
    } catch (error) {
      if (error instanceof EgressRefused) throw new MqttConnectFailed(failed('egress.refused', error.message, false));
      const code = error instanceof errors.ConnectTimeoutError ? 'mqtt.timeout' : 'mqtt.connection';
      throw new MqttConnectFailed(failed(code, messageOf(error), true));
    }
  }

  private makerOf(target: MqttTarget): PublicationMaker {
    const known = this.makers.get(target);
    if (known !== undefined) return known;
    const maker = new PublicationMaker(target.config);
    this.makers.set(target, maker);
    return maker;
  }
}

function portOf({ port, tls }: MqttConfig): number {
  return port ?? (tls === undefined ? 1883 : 8883);
}
