import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { firstDoorAt, openDoorsBeside } from './doors.js';

const host = '127.0.0.1';
const callers = 200;

describe('doors', () => {
  const closings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
  });

  async function aServer(taken: Socket[]): Promise<Server> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      taken.push(socket);
    });
    server.listen(await firstDoorAt({ host, port: 0 }));
    await once(server, 'listening');
    closings.push(() => server.close());
    return server;
  }

  /** In how many turns of the event loop everybody is in who knocked before the first of them. */
  async function turnsFor(server: Server, taken: Socket[]): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const knocking = Array.from({ length: callers }, () => connect({ host, port }).on('error', () => undefined));
    closings.push(() => {
      [...knocking, ...taken].forEach((socket) => socket.destroy());
    });
    let turns = 0;
    while (taken.length < callers) {
      await turn();
      turns += 1;
    }
    return turns;
  }

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('let many in at a turn where one lets in one', async () => {
    const taken: Socket[] = [];
    const server = await aServer(taken);
    closings.push(await openDoorsBeside(server));
    expect(await turnsFor(server, taken)).toBeLessThan(callers / 4);
  });

  onLinux('let nobody in beside the server’s own once they are closed', async () => {
    const taken: Socket[] = [];
    const server = await aServer(taken);
    await (
      await openDoorsBeside(server)
    )();
    expect(await turnsFor(server, taken)).toBeGreaterThanOrEqual(callers);
  });

  it('are not opened where another program has the port, one that shares it included', async () => {
    const server = await aServer([]);
    const { port } = server.address() as AddressInfo;
    await expect(firstDoorAt({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
