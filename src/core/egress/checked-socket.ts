import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { errors } from 'undici';

/** Whom to trust, and who we are; where to is not for the caller to say. */
export type TlsOptions = Omit<ConnectionOptions, 'host' | 'port' | 'path' | 'socket' | 'lookup'>;

export interface CheckedAddress {
  address: string;
  family: 4 | 6;
}

/** Connects to one of the addresses, whichever answers first; the name is not asked for again. */
export async function openTcp(
  addresses: readonly CheckedAddress[],
  port: number,
  deadline: AbortSignal,
): Promise<Socket> {
  const lookup: LookupFunction = (_name, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
  // The name is never sent anywhere; it only makes Node ask `lookup`, and so try all addresses.
  const socket = connectTcp({ host: 'checked.invalid', port, lookup, autoSelectFamily: true });
  await ready(socket, 'connect', deadline);
  return socket;
}

/** Goes through the TLS handshake on a connected socket; the certificate must be the host's. */
export async function secured(
  tcp: Socket,
  host: string,
  tls: ConnectionOptions,
  deadline: AbortSignal,
): Promise<Socket> {
  // An address has no server name to send, but its certificate is checked against it all the same.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  const socket = connectTls({ ...name, ...tls, socket: tcp });
  await ready(socket, 'secureConnect', deadline);
  return socket;
}

/** The work's outcome, or a ConnectTimeoutError when the deadline comes first. */
export async function before<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    reject(new errors.ConnectTimeoutError('the connection took too long'));
  };
  if (deadline.aborted) onAbort();
  deadline.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, late]);
  } finally {
    deadline.removeEventListener('abort', onAbort);
  }
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect', deadline: AbortSignal): Promise<void> {
  const happened = new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new errors.SocketError('the other side closed the connection at once'));
    });
  });
  try {
    await before(deadline, happened);
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}
