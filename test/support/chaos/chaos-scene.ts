import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '../app.js';
import type { TestDatabase } from '../database.js';
import { HttpSink } from '../http-sink.js';
import { ServerProcess } from '../server-process.js';
import { TenantWorld } from '../tenant-world.js';
import { ChirpStackSimulator } from './chirpstack-simulator.js';
import { Oracle } from './oracle.js';

export interface SceneFlow {
  flowId: string;
  integrationId: string;
  devices: { id: string; dev_eui: string }[];
  sink: HttpSink;
  oracle: Oracle;
  /** A network whose devices feed this flow. */
  networkTo(servers: () => { url: string }[]): ChirpStackSimulator;
}

export interface SceneFlowOptions {
  devices?: number;
  /** The function that each message passes; it may look at `m.f_cnt`. */
  code?: string;
  scheduleMs?: number[];
  /** Of one attempt; else what an integration has that says nothing. */
  timeoutMs?: number;
}

const ingest = '/api/v1/ingest/chirpstack';

/** One database, one tenant, and real processes on it: what a chaos run plays on. */
export class ChaosScene {
  private readonly sinks: HttpSink[] = [];
  private readonly servers: ServerProcess[] = [];
  private readonly networks: ChirpStackSimulator[] = [];
  /** All processes share it, as on one machine: what one leaves behind when it is killed, another adopts. */
  readonly dataDir = mkdtempSync(join(tmpdir(), 'fieldline-chaos-'));

  private constructor(
    /** Makes what a run needs through HTTP, reads histories, and works on no job itself. */
    readonly app: TestApp,
    readonly world: TenantWorld,
  ) {}

  /** On a database of its own, or on one whose faults are the scene's; who brings it drops it. */
  static async open(database?: TestDatabase): Promise<ChaosScene> {
    const app = await startTestApp({ settings: { role: 'api' }, ...(database === undefined ? {} : { database }) });
    return new ChaosScene(app, await TenantWorld.create(app));
  }

  /** Devices of one label → a function with seeded chance → a sink of its own. */
  async aFlow({ devices: count = 5, code, scheduleMs, timeoutMs }: SceneFlowOptions = {}): Promise<SceneFlow> {
    const sink = await HttpSink.start();
    this.sinks.push(sink);
    const label = await this.world.aLabel(`chaos ${this.sinks.length}`);
    const devices = await Promise.all(
      Array.from({ length: count }, () => this.world.aDevice({ label_ids: [label.id] })),
    );
    const fn = await this.world.aFunction(
      code ?? 'function process(m) { return { n: m.f_cnt, chance: Math.random(), now: Date.now() }; }',
    );
    const http = await this.world.anIntegration('http', {
      url: `${sink.url}/chaos`,
      ...(scheduleMs === undefined ? {} : { schedule_ms: scheduleMs }),
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    });
    const flow = await this.world.aChain(['label', label.id], ['function', fn.id], ['integration', http.id]);
    const oracle = new Oracle(
      this.app.database,
      sink,
      flow.id,
      devices.map((device) => device.id),
    );
    return {
      ...{ flowId: flow.id, integrationId: http.id, devices, sink, oracle },
      networkTo: (servers) => {
        const network = new ChirpStackSimulator({
          endpoints: () => servers().map((server) => `${server.url}${ingest}`),
          key: this.world.ingestKey,
          devEuis: devices.map((device) => device.dev_eui),
        });
        this.networks.push(network);
        return network;
      },
    };
  }

  async start(role: 'all' | 'api' | 'worker', env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = await ServerProcess.start({
      ROLE: role,
      DATABASE_URL: this.app.database.url,
      DATA_DIR: this.dataDir,
      ...env,
    });
    this.servers.push(server);
    return server;
  }

  /** Whatever a failed test left behind ends here too. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await Promise.all(this.networks.map((network) => network.stop()));
    await this.app.close();
    await Promise.all(this.sinks.map((sink) => sink.close()));
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
