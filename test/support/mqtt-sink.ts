import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { Arrivals } from './arrivals.js';

/** One publication as a sink's broker took it. */
export interface ReceivedMessage {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
  clientId: string;
  /** Under MQTT 5 only. */
  userProperties: Record<string, string | string[]>;
}

/** What clients must say to be let in. */
export interface MqttSinkOptions {
  port?: number;
  username?: string;
  password?: string;
}

const notAuthorized = 5;

/**
 * A real broker (aedes: MQTT 3.1 and 3.1.1) that stands for somebody's: records every publication it took.
 *
 * @example
 * const broker = await MqttSink.start();
 * await anIntegration({ host: broker.host, port: broker.port, topic: 'up/{{device.dev_eui}}' });
 * const [message] = await broker.received(1);
 */
export class MqttSink {
  readonly host = '127.0.0.1';
  private readonly arrivals = new Arrivals<ReceivedMessage>();
  private readonly sockets = new Set<Socket>();
  private readonly heldAcks: (() => void)[] = [];
  private holding = false;

  private constructor(
    private readonly broker: Aedes,
    private server: Server,
    readonly port: number,
  ) {}

  static async start(options: MqttSinkOptions = {}): Promise<MqttSink> {
    const broker = await Aedes.createBroker({
      authenticate: (_, username, password, done) => {
        const known =
          options.username === undefined ||
          (username === options.username && password?.toString() === options.password);
        done(known ? null : Object.assign(new Error('not authorized'), { returnCode: notAuthorized }), known);
      },
    });
    const server = createServer();
    await listen(server, options.port ?? 0);
    const sink = new MqttSink(broker, server, (server.address() as AddressInfo).port);
    broker.authorizePublish = (client, packet, done) => {
      sink.arrivals.add({
        topic: packet.topic,
        payload: packet.payload.toString(),
        qos: packet.qos,
        retain: packet.retain,
        clientId: client?.id ?? '',
        userProperties: {},
      });
      if (sink.holding) sink.heldAcks.push(done);
      else done(null);
    };
    sink.accept(server);
    return sink;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.arrivals.items;
  }

  get connectionCount(): number {
    return this.sockets.size;
  }

  received(count: number, withinMs?: number): Promise<readonly ReceivedMessage[]> {
    return this.arrivals.atLeast(count, withinMs);
  }

  clear(): void {
    this.arrivals.clear();
  }

  /** From here on publications are taken but not acknowledged, until `releaseAcks`. */
  holdAcks(): void {
    this.holding = true;
  }

  releaseAcks(): void {
    this.holding = false;
    this.heldAcks.splice(0).forEach((done) => {
      done();
    });
  }

  /** Ends every connection as a crash would; new ones are welcome. */
  dropConnections(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  /** The broker is down: connections end and new ones are refused, until `goUp`. */
  async goDown(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.dropConnections();
    await closed;
  }

  async goUp(): Promise<void> {
    this.server = createServer();
    this.accept(this.server);
    await listen(this.server, this.port);
  }

  async close(): Promise<void> {
    this.releaseAcks();
    await new Promise<void>((resolve) => {
      this.broker.close(() => {
        resolve();
      });
    });
    if (this.server.listening) await this.goDown();
  }

  private accept(server: Server): void {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      this.broker.handle(socket);
    });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
