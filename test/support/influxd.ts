import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/** Whether this machine has InfluxDB 1.x, as Debian's package `influxdb` installs it. */
export function hasInfluxd(): boolean {
  return spawnSync('influxd', ['version']).status === 0;
}

/** A real InfluxDB 1.x of one test file's own, with one user who must say his password. */
export class Influxd {
  readonly username = 'writer';
  readonly password = 'influx-secret';
  readonly database = 'telemetry';

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<Influxd> {
    const folder = mkdtempSync(join(tmpdir(), 'fieldline-influxd-'));
    const [port, backup] = [await freePort(), await freePort()];
    const config = join(folder, 'influxdb.conf');
    writeFileSync(config, configOf(folder, port, backup));
    const influxd = new Influxd(spawn('influxd', ['run', '-config', config], { stdio: 'ignore' }), folder, port);
    await eventually(() => influxd.ping(), 'influxd answers');
    await influxd.query(`CREATE USER ${influxd.username} WITH PASSWORD '${influxd.password}' WITH ALL PRIVILEGES`);
    await influxd.query(`CREATE DATABASE ${influxd.database}`);
    return influxd;
  }

  /** The rows of a query, each as an object of its columns. */
  async query(q: string): Promise<Record<string, unknown>[]> {
    const basic = Buffer.from(`${this.username}:${this.password}`).toString('base64');
    const answer = await fetch(`http://127.0.0.1:${this.port.toString()}/query?db=${this.database}&epoch=ms`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ q }),
    });
    const body = (await answer.json()) as {
      results?: { series?: { columns: string[]; values: unknown[][] }[]; error?: string }[];
      error?: string;
    };
    const error = body.error ?? body.results?.find((result) => result.error !== undefined)?.error;
    if (error !== undefined) throw new Error(`${q}: ${error}`);
    const series = body.results?.flatMap((result) => result.series ?? []) ?? [];
    return series.flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    );
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ping(): Promise<true | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.port.toString()}/ping`).catch(() => undefined);
    return answer?.status === 204 ? true : undefined;
  }
}

function configOf(folder: string, port: number, backup: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${backup.toString()}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[http]
  bind-address = "127.0.0.1:${port.toString()}"
  auth-enabled = true
[monitor]
  store-enabled = false
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
