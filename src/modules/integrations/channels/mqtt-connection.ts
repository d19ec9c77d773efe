import mqtt from 'mqtt';
import type { Duplex } from 'node:stream';
import type { AttemptOutcome } from '../../runs/channels/channels.service.js';
import { messageOf } from '../../../core/outbound/told.js';
import { failed, type Failure } from '../../runs/channels/attempt-outcome.contract.js';
import { failureOfReason, refusalOf, type BrokerLimits, type Publication } from './mqtt-publication.rules.js';

/** How one connection is made. */
export interface MqttConnectionOptions {
  clientId: string;
  username?: string;
  password?: string;
  protocolVersion: 4 | 5;
  maxInFlight: number;
  timeoutMs: number;
}

/** The broker was not reached, or did not let us in. */
export class MqttConnectFailed extends Error {
  constructor(
    readonly failure: Failure,
    /** The CONNACK's code, if there was one. */
    readonly reason?: number,
  ) {
    super(failure.error);
  }
}

interface InFlight {
  end: (outcome: AttemptOutcome) => void;
}

const ackTimeoutMs = 10_000;
const keepaliveSeconds = 30;
const messageRemoved = 'Message removed';

/**
 * One connection to one broker, from CONNACK to its end; it never reconnects. Our own table is the queue, so nothing
 * may outlive the attempt in mqtt.js: a message whose time is over is taken out of its store, and when the connection
 * ends all that is in flight has failed, to be tried again by its own schedule.
 *
 * A connection on which an acknowledgement stayed out is `retired`: what is in flight may finish, new messages go over
 * another. So a late acknowledgement never meets a newer message with the same packet id.
 */
export class MqttConnection {
  retired = false;
  private readonly inFlight = new Set<InFlight>();
  private readonly waiting: (() => void)[] = [];
  private readonly limits: BrokerLimits;
  private readonly maxInFlight: number;

  private constructor(
    private readonly client: mqtt.MqttClient,
    private readonly options: MqttConnectionOptions,
    connack: mqtt.IConnackPacket,
  ) {
    this.limits = connack.properties ?? {};
    this.maxInFlight = Math.min(options.maxInFlight, this.limits.receiveMaximum ?? options.maxInFlight);
    client.on('close', () => {
      this.lost();
    });
  }

  /** Says CONNECT on a socket that is connected already; throws MqttConnectFailed. */
  static open(socket: Duplex, options: MqttConnectionOptions): Promise<MqttConnection> {
    const { clientId, protocolVersion, username, password, timeoutMs } = options;
    const client = new mqtt.MqttClient(() => socket, {
      clientId,
      protocolVersion,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: timeoutMs,
      keepalive: keepaliveSeconds,
      queueQoSZero: false,
      messageIdProvider: new mqtt.UniqueMessageIdProvider(),
    });
    let lastError: unknown;
    // The client would throw what nobody listens to; what an error means is said by the close that follows it.
    client.on('error', (error) => (lastError = error));
    return new Promise((resolve, reject) => {
      client.once('connect', (connack) => {
        client.removeListener('close', refused);
        resolve(new MqttConnection(client, options, connack));
      });
      const refused = (): void => {
        client.end(true);
        reject(connectFailed(lastError));
      };
      client.once('close', refused);
    });
  }

  get isOpen(): boolean {
    return this.client.connected && !this.retired;
  }

  /** Ends delivered when the broker has acknowledged; with QoS 0, when the socket has taken it. */
  async publish(publication: Publication, signal: AbortSignal): Promise<AttemptOutcome> {
    const refusal = refusalOf(publication, this.limits);
    if (refusal !== undefined) return refusal;
    if (this.inFlight.size >= this.maxInFlight) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (!this.client.connected) return connectionLost();
    return new Promise((resolve) => {
      this.start(publication, signal, resolve);
    });
  }

  /** Lets what is in flight finish, then says DISCONNECT. */
  async end(): Promise<void> {
    this.retired = true;
    if (this.inFlight.size === 0 && this.waiting.length === 0) await this.client.endAsync();
  }

  private start(publication: Publication, signal: AbortSignal, resolve: (outcome: AttemptOutcome) => void): void {
    const giveUp = (code: string, error: string): void => {
      this.retired = true;
      if (packetId !== undefined) this.client.removeOutgoingMessage(packetId);
      own.end(failed(code, error, true));
    };
    const aborted = (): void => {
      giveUp('mqtt.aborted', 'given up before the broker acknowledged');
    };
    const timer = setTimeout(() => {
      giveUp('mqtt.timeout', `no acknowledgement within ${ackTimeoutMs} ms`);
    }, ackTimeoutMs);
    const own: InFlight = {
      end: (outcome) => {
        if (!this.inFlight.delete(own)) return;
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        resolve(outcome);
        this.moveOn();
      },
    };
    this.inFlight.add(own);
    signal.addEventListener('abort', aborted, { once: true });
    const { topic, payload, qos, retain, deliveryId } = publication;
    const properties =
      this.options.protocolVersion === 5 ? { properties: { userProperties: { 'delivery-id': deliveryId } } } : {};
    this.client.publish(topic, payload, { qos, retain, ...properties }, (error) => {
      if (!error) own.end({ status: 'delivered' });
      else if (error.message !== messageRemoved) own.end(publishFailed(error));
    });
    const packetId = qos === 0 ? undefined : this.client.getLastMessageId();
    if (signal.aborted) aborted();
  }

  private moveOn(): void {
    this.waiting.shift()?.();
    if (this.retired && this.inFlight.size === 0 && this.waiting.length === 0 && this.client.connected)
      this.client.end();
  }

  private lost(): void {
    this.retired = true;
    for (const { end } of [...this.inFlight]) end(connectionLost());
    this.waiting.splice(0).forEach((next) => {
      next();
    });
    this.client.end(true);
  }
}

function connectionLost(): Failure {
  return failed('mqtt.connection_lost', 'the connection ended before the broker acknowledged', true);
}

function publishFailed(error: Error): Failure {
  const reason = reasonOf(error);
  return reason === undefined
    ? failed('mqtt.connection_lost', error.message, true)
    : failureOfReason(reason, error.message);
}

function connectFailed(error: unknown): MqttConnectFailed {
  const reason = reasonOf(error);
  if (reason !== undefined)
    return new MqttConnectFailed(failed('mqtt.connection_refused', messageOf(error), true), reason);
  const text = error === undefined ? 'the broker closed the connection without an answer' : messageOf(error);
  return new MqttConnectFailed(failed(text === 'connack timeout' ? 'mqtt.timeout' : 'mqtt.connection', text, true));
}

function reasonOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
