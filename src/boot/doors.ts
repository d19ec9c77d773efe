import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * A moment's stall makes whoever posts open new connections, all at once; those that the system cannot keep for us are
 * dropped, and knock again after seconds. Linux takes the lesser of this and net.core.somaxconn.
 */
const backlog = 4_096;
/** Only Linux shares a port's connections out among its listeners. */
const reusePort = process.platform === 'linux';
const doorsBeside = 32;

export interface Address {
  host: string;
  port: number;
}

/** How the server itself has to listen, so that more doors can be opened beside its own. */
export async function firstDoorAt(address: Address): Promise<Address & { backlog: number; reusePort: boolean }> {
  // Who shares a port shares it with everybody of the same account: whether another program has it is asked before.
  if (reusePort && address.port !== 0) {
    const alone = createServer();
    alone.listen({ ...address, exclusive: true });
    await once(alone, 'listening');
    alone.close();
    await once(alone, 'close');
  }
  return { ...address, backlog, reusePort };
}

/**
 * Node takes one new connection per listener and turn of the event loop. Under load a turn takes many milliseconds, and
 * hundreds of gateways that come back at once would wait for a minute to be let in. So the port has several listeners,
 * which hand what they take to the one server. Answers how to close them; the server's own stays open.
 */
export async function openDoorsBeside(server: Server): Promise<() => Promise<void>> {
  const address = server.address();
  if (!reusePort || address === null || typeof address === 'string') return () => Promise.resolve();
  const doors = Array.from({ length: doorsBeside }, () =>
    createServer((socket) => {
      server.emit('connection', socket);
    }),
  );
  for (const door of doors) {
    door.listen({ host: address.address, port: address.port, backlog, reusePort });
    await once(door, 'listening');
  }
  return () => {
    for (const door of doors) door.close();
    return Promise.resolve();
  };
}
