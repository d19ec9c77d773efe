import type { Socket } from 'node:net';
import pg from 'pg';
import type { Egress } from '../../../core/egress/egress.js';
import type { ReadyPostgres } from './storage-target.js';

const connectTimeoutMs = 5_000;
/** What we ask for has answers of a few hundred bytes; who sends more means harm, and would fill our memory. */
const maxAnswerBytes = 1024 * 1024;
const watchEveryMs = 50;

/**
 * One connection to a tenant's PostgreSQL, over a socket that egress has opened and checked. A statement has an end; after
 * it, as after every broken connection, `isBroken` is true and a new one is needed.
 */
export class PostgresConnection {
  isBroken = false;

  private constructor(
    private readonly client: pg.Client,
    private readonly socket: Socket,
    private readonly timeoutMs: number,
  ) {
    const breaks = (): void => {
      this.isBroken = true;
    };
    client.on('error', breaks);
    client.on('end', breaks);
  }

  static async open(egress: Egress, { config, port, timeoutMs }: ReadyPostgres): Promise<PostgresConnection> {
    const { host, database, username, password = '', tls } = config;
    const socket = await egress.connectSocket({ host, port, timeoutMs: connectTimeoutMs });
    const { reject_unauthorized: rejectUnauthorized = true, ...identity } = tls ?? {};
    const client = new pg.Client({
      ...{ host, port, database, user: username, application_name: 'fieldline' },
      // The driver fills what is empty from the environment and ~/.pgpass, which are ours and not the tenant's.
      password: () => password,
      ssl: tls === undefined ? false : { ...identity, rejectUnauthorized },
      options: '-c client_min_messages=warning',
      stream: () => connected(socket),
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: timeoutMs,
    });
    const connection = new PostgresConnection(client, socket, timeoutMs);
    try {
      await connection.guarded(client.connect());
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.guarded(this.client.query<Row>(text, values))).rows;
  }

  async end(): Promise<void> {
    try {
      await this.guarded(this.client.end());
    } catch {
      // It is gone, which is what was wanted.
    } finally {
      this.destroy();
    }
  }

  destroy(): void {
    this.isBroken = true;
    this.socket.destroy();
  }

  /** The work's end, or this connection's: a server that is silent or floods us is left. */
  private async guarded<T>(work: Promise<T>): Promise<T> {
    const readBefore = this.socket.bytesRead;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const leave = (reason: string): void => {
      this.destroy();
      reject(new Error(reason));
    };
    const timer = setTimeout(leave, this.timeoutMs, `no answer within ${this.timeoutMs} ms`);
    const watch = setInterval(() => {
      if (this.socket.bytesRead - readBefore > maxAnswerBytes) leave('the server sent more than it was asked for');
    }, watchEveryMs);
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
    }
  }
}

/** The driver connects what it is given; this one is connected already and only says so. */
function connected(socket: Socket): Socket {
  const connect = (): Socket => {
    setImmediate(() => socket.emit('connect'));
    return socket;
  };
  return Object.assign(socket, { connect });
}
