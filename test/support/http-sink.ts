import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arrivals } from './arrivals.js';

/** One request as the sink saw it. */
export interface ReceivedRequest {
  method: string;
  /** Path and query as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Which TCP connection carried it, counted from 1: tells whether a connection was kept. */
  connection: number;
  /** When the last byte was there, by this machine's clock. */
  atMs: number;
}

/** What the sink does with a request. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

export const answer =
  (status: number, body = '', headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

/** Takes the request and never says a word. */
export const neverAnswer: Answer = () => undefined;

/** Drops the connection instead of an answer. */
export const reset: Answer = (_, response) => {
  response.socket?.destroy();
};

/** Answers 200 at once, and then one byte each `everyMs` until the other side leaves. */
export const drip =
  (everyMs = 50): Answer =>
  (_, response) => {
    response.writeHead(200).flushHeaders();
    const timer = setInterval(() => response.write('.'), everyMs);
    response.on('close', () => {
      clearInterval(timer);
    });
  };

/** Answers 200 and sends as long as anybody reads, at most `bytes`. */
export const flood =
  (bytes: number): Answer =>
  (_, response) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let left = bytes;
    response.writeHead(200);
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  };

/**
 * A real HTTP server that stands for somebody's endpoint: records each request, and answers 200 unless a script says
 * otherwise.
 *
 * @example
 * const sink = await HttpSink.start();
 * sink.script(answer(500), answer(204));          // the first two requests; then 200 again
 * await anIntegration({ url: `${sink.url}/hook` });
 * const [first] = await sink.received(1);
 */
export class HttpSink {
  private readonly arrivals = new Arrivals<ReceivedRequest>();
  private readonly connections = new Map<unknown, number>();
  private next: Answer[] = [];
  private always: Answer = answer(200);

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(port = 0): Promise<HttpSink> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const sink = new HttpSink(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => sink.connections.set(socket, sink.connections.size + 1));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      sink.take(request, response);
    });
    return sink;
  }

  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get requests(): readonly ReceivedRequest[] {
    return this.arrivals.items;
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** The answers to the next requests, in order. */
  script(...answers: Answer[]): void {
    this.next = answers;
  }

  /** The answer to every request that no script covers. */
  answerAlways(always: Answer): void {
    this.always = always;
  }

  received(count: number, withinMs?: number): Promise<readonly ReceivedRequest[]> {
    return this.arrivals.atLeast(count, withinMs);
  }

  clear(): void {
    this.arrivals.clear();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.server.closeAllConnections();
    await closed;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received: ReceivedRequest = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        connection: this.connections.get(request.socket) ?? 0,
        atMs: Date.now(),
      };
      this.arrivals.add(received);
      (this.next.shift() ?? this.always)(received, response);
    });
  }
}
