import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Everything inside that could be reached: each connection to this machine, on any of its addresses, is counted. */
export class Trap {
  connections = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async set(): Promise<Trap> {
    const server = createServer();
    // Without IPv6 on this machine, its IPv4 addresses are all there is.
    server.once('error', () => server.listen(0, '0.0.0.0'));
    server.listen({ port: 0, host: '::', ipv6Only: false });
    await once(server, 'listening');
    const trap = new Trap(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => {
      trap.connections += 1;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    return trap;
  }

  close(): void {
    this.server.close();
  }
}
