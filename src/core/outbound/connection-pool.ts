import type { Clock } from '../time/clock.js';

/** What a connection is for: another version is another connection. */
interface Reachable {
  destinationId: string;
  version: number;
}

const idleMs = 5 * 60_000;
const sweepEveryMs = 60_000;

interface Pooled<Connection> {
  version: number;
  connection: Connection;
  lastUsedMs: number;
}

/**
 * Keeps what is open towards each destination: one connection for its current version. An edit replaces it, five idle
 * minutes end it. What `end` is given is ended gently: what is under way on it may finish.
 */
export class ConnectionPool<Connection> {
  private readonly pooled = new Map<string, Pooled<Connection>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly end: (connection: Connection) => Promise<void>,
  ) {}

  startSweeping(): void {
    this.timer = setInterval(() => {
      this.sweep();
    }, sweepEveryMs);
    this.timer.unref();
  }

  of<T extends Reachable>(target: T, open: (target: T) => Connection): Connection {
    const found = this.pooled.get(target.destinationId);
    const lastUsedMs = this.clock.nowMs();
    if (found?.version === target.version) {
      found.lastUsedMs = lastUsedMs;
      return found.connection;
    }
    const connection = open(target);
    this.pooled.set(target.destinationId, { version: target.version, connection, lastUsedMs });
    if (found !== undefined) void this.end(found.connection);
    return connection;
  }

  /** Ends what nobody used for five minutes; runs each minute by itself. */
  sweep(): void {
    const since = this.clock.nowMs() - idleMs;
    for (const [destinationId, { connection, lastUsedMs }] of this.pooled) {
      if (lastUsedMs > since) continue;
      this.pooled.delete(destinationId);
      void this.end(connection);
    }
  }

  async endAll(): Promise<void> {
    clearInterval(this.timer);
    const open = [...this.pooled.values()];
    this.pooled.clear();
    await Promise.all(open.map(({ connection }) => this.end(connection)));
  }
}
