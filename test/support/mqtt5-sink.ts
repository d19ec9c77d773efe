import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import mqttPacket, { type IConnackPacket, type IPublishPacket, type Packet } from 'mqtt-packet';
import { Arrivals } from './arrivals.js';
import type { ReceivedMessage } from './mqtt-sink.js';

/** How a scripted broker meets a client. */
export interface Mqtt5SinkOptions {
  /** The reason code of every CONNACK; 0 lets clients in. */
  connectReason?: number;
  /** How many publications a client may have unacknowledged. */
  receiveMaximum?: number;
  maximumPacketSize?: number;
}

/**
 * A scripted MQTT 5 broker, for what aedes cannot do: user properties, reason codes and acknowledgements that never
 * come. It only takes publications; there are no subscribers.
 */
export class Mqtt5Sink {
  readonly host = '127.0.0.1';
  /** The reason code of each PUBACK and PUBREC from now on; 'never' sends none. */
  reason: number | 'never' = 0;
  /** The most publications that were unacknowledged at once. */
  mostInFlight = 0;
  private inFlight = 0;
  private readonly arrivals = new Arrivals<ReceivedMessage>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly options: Mqtt5SinkOptions,
  ) {}

  static async start(options: Mqtt5SinkOptions = {}): Promise<Mqtt5Sink> {
    const server = createServer();
    const sink = new Mqtt5Sink(server, options);
    server.on('connection', (socket) => {
      sink.serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.arrivals.items;
  }

  received(count: number, withinMs?: number): Promise<readonly ReceivedMessage[]> {
    return this.arrivals.atLeast(count, withinMs);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let clientId = '';
    const parser = mqttPacket.parser({ protocolVersion: 5 });
    const send = (packet: Packet): void => void socket.write(mqttPacket.generate(packet, { protocolVersion: 5 }));
    parser.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        clientId = packet.clientId;
        send(this.connack());
      } else if (packet.cmd === 'publish') this.take(packet, clientId, send);
      else if (packet.cmd === 'pubrel') send({ cmd: 'pubcomp', messageId: packet.messageId ?? 0, reasonCode: 0 });
      else if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' });
      else if (packet.cmd === 'disconnect') socket.end();
    });
    socket.on('data', (chunk: Buffer) => parser.parse(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private connack(): IConnackPacket {
    const { connectReason = 0, ...properties } = this.options;
    return { cmd: 'connack', sessionPresent: false, reasonCode: connectReason, properties };
  }

  private take(packet: IPublishPacket, clientId: string, send: (packet: Packet) => void): void {
    this.arrivals.add({
      topic: packet.topic,
      payload: packet.payload.toString(),
      qos: packet.qos,
      retain: packet.retain,
      clientId,
      userProperties: { ...packet.properties?.userProperties },
    });
    if (packet.qos === 0) return;
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const { reason } = this;
    if (reason === 'never') return;
    // A turn later, as a real broker would: what the client sends at once is then seen as in flight at once.
    setImmediate(() => {
      this.inFlight -= 1;
      send({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId: packet.messageId ?? 0, reasonCode: reason });
    });
  }
}
