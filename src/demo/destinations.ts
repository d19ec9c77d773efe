import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';

type Say = (line: string) => void;

/** Somebody's endpoint: takes what comes, except that /flaky refuses every message once before it takes it. */
export class DemoEndpoint {
  /** Delivery ids that were answered with success, each once however often it came. */
  readonly delivered = new Set<string>();
  private readonly refusedOnce = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly say: Say,
  ) {}

  static async start(say: Say): Promise<DemoEndpoint> {
    const server = createServer();
    const endpoint = new DemoEndpoint(server, say);
    server.on('request', (request, response) => {
      endpoint.take(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port.toString()}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const path = request.url ?? '/';
      if (path === '/flaky' && !this.refusedOnce.has(id)) {
        this.refusedOnce.add(id);
        this.say(`HTTP ${path}  503, come again`);
        response.writeHead(503).end('come again');
        return;
      }
      this.delivered.add(id);
      this.say(`HTTP ${path}  ${shortened(Buffer.concat(chunks).toString())}`);
      response.writeHead(204).end();
    });
  }
}

/** An MQTT broker in this process, and a subscriber that listens to all of it. */
export class DemoBroker {
  /** What was published, by topic and payload. */
  readonly received: string[] = [];

  private constructor(
    private readonly broker: Aedes,
    private readonly server: TcpServer,
    private readonly subscriber: mqtt.MqttClient,
  ) {}

  static async start(say: Say): Promise<DemoBroker> {
    const broker = await Aedes.createBroker();
    const server = createTcpServer((socket) => {
      broker.handle(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const subscriber = await mqtt.connectAsync(`mqtt://127.0.0.1:${port.toString()}`);
    await subscriber.subscribeAsync('#', { qos: 1 });
    const demo = new DemoBroker(broker, server, subscriber);
    subscriber.on('message', (topic, payload) => {
      demo.received.push(`${topic} ${payload.toString()}`);
      say(`MQTT ${topic}  ${shortened(payload.toString())}`);
    });
    return demo;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await this.subscriber.endAsync();
    await new Promise<void>((resolve) => {
      this.broker.close(() => {
        resolve();
      });
    });
    this.server.close();
  }
}

const shownLength = 110;

function shortened(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
