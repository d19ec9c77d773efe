import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * The road between devices and a server. It carries every request there, and of every request made the first answer gets
 * lost: the server did what it was asked, and nobody hears of it. Where there is no server, the road ends.
 */
export class LossyRoad {
  private readonly carried = new Map<string, number>();
  lost = 0;

  private constructor(
    private readonly server: Server,
    private readonly losesAnswers: boolean,
    readonly url: string,
  ) {}

  static async to(target: string | (() => string), { losesAnswers }: { losesAnswers: boolean }): Promise<LossyRoad> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const road = new LossyRoad(server, losesAnswers, `http://127.0.0.1:${port.toString()}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const there = typeof target === 'string' ? target : target();
      road.carry(there, request, response).catch(() => response.socket?.destroy());
    });
    return road;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async carry(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    // The headers as they came: what the server calls itself in its answers is this road.
    const onward = send(`${target}${request.url ?? ''}`, {
      ...{ method: request.method ?? 'GET', headers: request.headers, agent: false },
    });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const said = await buffer(answer);
    if (this.isLost(`${request.method ?? ''} ${request.url ?? ''} ${body.toString('base64')}`)) {
      this.lost += 1;
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(said);
  }

  private isLost(request: string): boolean {
    const times = this.carried.get(request) ?? 0;
    this.carried.set(request, times + 1);
    return this.losesAnswers && times === 0;
  }
}
