import { startTestApp, type Body, type TestApp, type TestAppOptions } from './app.js';
import { eventually } from './eventually.js';
import { HttpSink } from './http-sink.js';
import { TenantWorld } from './tenant-world.js';

const convert = `function process(m) {
  console.log('at ' + m.data.temperature);
  if (m.data.temperature < 0) return null;
  if (m.data.temperature > 90) throw new Error('too hot');
  return { fahrenheit: m.data.temperature * 9 / 5 + 32 };
}`;

type Made = Readonly<{ id: string }>;

/**
 * A tenant in which something has happened. Rooms wear a label, and a flow takes what they say to a function and then to
 * an endpoint that is `good`, and as it came to one that is `flaky`: it answers 503, and what failed there waits.
 */
export class HistoryWorld {
  private constructor(
    readonly app: TestApp,
    readonly sink: HttpSink,
    readonly tenant: TenantWorld,
    readonly label: Made,
    readonly device: Made & { dev_eui: string; name: string },
    /** In no flow. */
    readonly other: Made & { dev_eui: string; name: string },
    readonly fn: Made,
    readonly good: Made,
    readonly flaky: Made,
    readonly flow: Made,
    /** Event ids: one that is converted, one that is filtered, one that fails, and the join of the other device. */
    readonly events: Readonly<Record<'converted' | 'filtered' | 'failed' | 'joined', string>>,
  ) {}

  static async create(options: TestAppOptions = {}): Promise<HistoryWorld> {
    const [app, sink] = await Promise.all([startTestApp(options), HttpSink.start()]);
    sink.answerAlways((request, response) => {
      const fails = request.url === '/flaky';
      response.writeHead(fails ? 503 : 200).end(fails ? 'not now' : 'thank you');
    });
    const tenant = await TenantWorld.create(app);
    const label = await tenant.aLabel('rooms');
    const device = await tenant.aDevice({ label_ids: [label.id] });
    const other = await tenant.aDevice();
    const fn = await tenant.aFunction(convert, 'to Fahrenheit');
    const good = await tenant.anIntegration('http', { url: `${sink.url}/good` });
    const flaky = await tenant.anIntegration('http', { url: `${sink.url}/flaky`, schedule_ms: [0, 3_600_000] });
    const flow = await tenant.aFlow(
      [
        { id: 'rooms', type: 'label', entityId: label.id },
        { id: 'convert', type: 'function', entityId: fn.id },
        { id: 'good', type: 'integration', entityId: good.id },
        { id: 'flaky', type: 'integration', entityId: flaky.id },
      ],
      [
        ['rooms', 'convert'],
        ['convert', 'good'],
        ['rooms', 'flaky'],
      ],
    );
    const at = async (temperature: number) =>
      String((await tenant.post(device.dev_eui, { object: { temperature } })).event_id);
    const events = {
      converted: await at(20),
      filtered: await at(-5),
      failed: await at(95),
      joined: String((await tenant.post(other.dev_eui, {}, 'join')).event_id),
    };
    const world = new HistoryWorld(app, sink, tenant, label, device, other, fn, good, flaky, flow, events);
    await world.processed();
    return world;
  }

  /** Every event is through its flows. */
  async processed(): Promise<void> {
    await eventually(async () => {
      const jobs = await this.app.database.query(`SELECT FROM jobs WHERE kind = 'process-event'`);
      return jobs.length === 0 ? true : undefined;
    }, 'every event is through its flows');
  }

  /** A first attempt that is not answered at once goes on in a job of its own. */
  async attemptEnded(deliveryId: string): Promise<void> {
    await eventually(async () => {
      const ended = await this.app.database.query(
        `SELECT FROM waiting_deliveries w JOIN jobs j USING (id)
         WHERE id = $1 AND w.attempts <> '[]' AND j.lease_token IS NULL`,
        [deliveryId],
      );
      return ended.length === 1 ? true : undefined;
    }, 'an attempt that has ended');
  }

  get(path: string): Promise<Body> {
    return this.tenant.get(`/api/v1/${path}`);
  }

  ask(path: string, token = this.tenant.token) {
    return this.app.http('GET', `/api/v1/${path}`, { token });
  }

  /** The run of an event through the flow, in detail. */
  async runOf(eventId: string): Promise<Body> {
    const runs = await this.get(`flows/${this.flow.id}/history`);
    const run = runs.find((candidate: Body) => candidate.event_id === eventId);
    return this.get(`flows/${this.flow.id}/history/${String(run.id)}`);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.sink.close();
  }
}
