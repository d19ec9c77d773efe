import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  client: Socket;
  upstream: Socket;
}

/**
 * Stands between a client and a server and lets the network between them fail: refuse, cut, delay, or swallow everything
 * without a word, as a firewall does that has forgotten a connection.
 */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private readonly forgotten = new WeakSet<Pair>();
  private server: Server | undefined;
  private swallows = false;
  /** For how long each piece of data is on its way. */
  delayMs = 0;

  private constructor(
    private readonly target: { host: string; port: number },
    private port: number,
  ) {}

  static async start(target: { host: string; port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target, 0);
    await proxy.listen();
    return proxy;
  }

  /** In front of the server that a URL names; `url` leads through the proxy. */
  static async inFrontOf(url: string): Promise<{ proxy: TcpProxy; url: string }> {
    const through = new URL(url);
    const proxy = await TcpProxy.start({ host: through.hostname, port: Number(through.port) });
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    return { proxy, url: through.href };
  }

  /** As if the server had been switched off: every connection is cut, every new one refused. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  /** Nothing passes, in no direction, and nobody is told; new connections come about and stay silent. */
  swallow(): void {
    this.swallows = true;
    for (const { client, upstream } of this.pairs) {
      client.pause();
      upstream.pause();
    }
  }

  cut(): void {
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** New connections pass; those that were swallowed stay silent for ever, as behind a firewall that has forgotten them. */
  forget(): void {
    this.swallows = false;
    for (const pair of this.pairs) this.forgotten.add(pair);
  }

  /** Everything passes again; what was swallowed arrives late, as TCP sends it again. */
  async heal(): Promise<void> {
    this.swallows = false;
    if (this.server === undefined) await this.listen();
    for (const pair of this.pairs) {
      if (this.forgotten.has(pair)) continue;
      pair.client.resume();
      pair.upstream.resume();
    }
  }

  async close(): Promise<void> {
    await this.refuse();
  }

  private async listen(): Promise<void> {
    const server = createServer((client) => {
      this.join(client);
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private join(client: Socket): void {
    const upstream = connect(this.target);
    const pair = { client, upstream };
    this.pairs.add(pair);
    this.pass(client, upstream);
    this.pass(upstream, client);
    for (const socket of [client, upstream]) {
      if (this.swallows) socket.pause();
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  }

  private pass(from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => {
      if (this.delayMs === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), this.delayMs);
    });
  }
}
