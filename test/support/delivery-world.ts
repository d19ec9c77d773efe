import { Changes } from '../../src/core/changes/changes.js';
import { startTestApp, type Body, type TestApp, type TestAppOptions } from './app.js';
import { eventually } from './eventually.js';
import { HttpSink } from './http-sink.js';
import { TenantWorld } from './tenant-world.js';

export interface Route {
  device: { id: string; dev_eui: string };
  integration: { id: string };
  flow: { id: string };
}

/** A tenant whose devices' messages go straight to endpoints of one sink: for what becomes of deliveries. */
export class DeliveryWorld {
  private constructor(
    readonly app: TestApp,
    readonly sink: HttpSink,
    readonly tenant: TenantWorld,
  ) {}

  static async create(options: TestAppOptions = {}): Promise<DeliveryWorld> {
    const [app, sink] = await Promise.all([startTestApp(options), HttpSink.start()]);
    return new DeliveryWorld(app, sink, await TenantWorld.create(app));
  }

  /** A device → an HTTP integration, or what is named between and behind; the path tells its requests at the sink. */
  async aRoute(
    path: string,
    config: Record<string, unknown> = {},
    between: [type: string, id: string][] = [],
    behind: [type: string, id: string][] = [],
  ): Promise<Route> {
    const [device, integration] = await Promise.all([
      this.tenant.aDevice(),
      this.tenant.anIntegration('http', { url: `${this.sink.url}${path}`, ...config }),
    ]);
    const flow = await this.tenant.aChain(
      ['device', device.id],
      ...between,
      ['integration', integration.id],
      ...behind,
    );
    return { device, integration, flow };
  }

  /** So many messages of the route's device, each an event of its own. */
  async send(route: Route, count = 1): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) await this.tenant.post(route.device.dev_eui, { fCnt: sent });
  }

  /** Every event is through its flows; what could not be delivered at once waits. */
  async processed(): Promise<void> {
    await this.until(
      'every event is through its flows',
      `SELECT NOT EXISTS (SELECT FROM jobs WHERE kind <> 'deliver') AS holds`,
    );
  }

  /** Waits until the SQL, which selects one boolean named `holds`, is true. */
  async until(what: string, sql: string, params: unknown[] = []): Promise<void> {
    await eventually(async () => {
      const [row] = await this.app.database.query<{ holds: boolean }>(sql, params);
      return row?.holds === true ? true : undefined;
    }, what);
  }

  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    return this.app.http(method, `/api/v1/${path}`, {
      token: this.tenant.token,
      ...(body === undefined ? {} : { body }),
    });
  }

  async integration({ integration }: Route): Promise<Body> {
    return this.tenant.get(`/api/v1/integrations/${integration.id}`);
  }

  /** Newest first. */
  async deliveriesOf({ integration }: Route): Promise<Body[]> {
    return this.tenant.get(`/api/v1/integrations/${integration.id}/history?limit=1000`);
  }

  async laneOf({ integration }: Route): Promise<Body> {
    const [lane] = await this.app.database.query<Body>('SELECT * FROM lanes WHERE id = $1', [integration.id]);
    return lane;
  }

  /** As if the breaker had waited long enough. */
  async letProbe({ integration }: Route): Promise<void> {
    await this.app.database.query('UPDATE lanes SET blocked_until = now() WHERE id = $1', [integration.id]);
  }

  /** This process knows what was written past it. */
  async hearChanges(): Promise<void> {
    await this.app.app.get(Changes).read();
  }

  requestsTo(path: string): number {
    return this.sink.requests.filter((request) => request.url === path).length;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.sink.close();
  }
}
