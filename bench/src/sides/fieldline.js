import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { serverProcesses } from '../processes/cpu-time.js';
import { Profiler } from '../processes/profiler.js';
import { freePort, Program } from '../processes/program.js';
import { devEuiOf } from '../uplinks.js';
import { Api } from './api.js';

const registrationsAtOnce = 8;

/** The function of the main job, as every side runs it; `uplink` and `reading` are named by each in its own way. */
const conversion = `{
    id: uplink.deduplication_id,
    device: uplink.device.dev_eui,
    temperature_f: Math.round((uplink.data.temperature * 9 / 5 + 32) * 100) / 100,
    humidity: uplink.data.humidity,
  }`;

/**
 * The server under test, really started: its own process, PostgreSQL of its own on a fresh folder, everything durable,
 * all settings at their defaults but those the run was told. What it needs it gets through its public API.
 */
export class Fieldline {
  name = 'Fieldline';

  /** @param {Program} program @param {Api} api @param {pg.Client} database @param {string} databaseUrl */
  constructor(program, api, database, databaseUrl) {
    this.program = program;
    this.api = api;
    this.database = database;
    this.databaseUrl = databaseUrl;
    this.key = '';
    /** @type {Profiler | undefined} */
    this.profiler = undefined;
  }

  /**
   * @param {object} how
   * @param {string} how.root the project's folder
   * @param {string} how.folder where this one's files go
   * @param {Record<string, string>} how.settings
   * @param {boolean} [how.isInspected]
   * @param {number} [how.pollMs] how often it is asked whether it is ready
   */
  static async start({ root, folder, settings, isInspected = false, pollMs }) {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const dataDir = join(folder, 'data');
    const port = await freePort();
    const api = new Api(`http://127.0.0.1:${port}`);
    const inspectorPort = isInspected ? await freePort() : 0;
    const inspecting = isInspected ? [`--inspect=127.0.0.1:${inspectorPort}`] : [];
    const program = await Program.start({
      name: 'Fieldline',
      file: process.execPath,
      // As `npm start` does.
      args: [...inspecting, '--enable-source-maps', join(root, 'dist/src/main.js')],
      cwd: folder,
      env: { DATA_DIR: dataDir, PORT: String(port), HOST: '127.0.0.1', ...settings },
      logFile: join(folder, 'fieldline.log'),
      pollMs,
      isReady: async () => (await globalThis.fetch(`${api.url}/health/ready`)).ok,
    });
    const databaseUrl = settings['DATABASE_URL'] ?? embeddedUrl(dataDir);
    const database = new pg.Client({ connectionString: databaseUrl });
    // A query under way gets it as well.
    database.on('error', () => undefined);
    await database.connect();
    const fieldline = new Fieldline(program, api, database, databaseUrl);
    if (isInspected) fieldline.profiler = await Profiler.connect(inspectorPort);
    return fieldline;
  }

  get url() {
    return `${this.api.url}/api/v1/ingest/chirpstack?event=up`;
  }

  get headers() {
    return { authorization: `Bearer ${this.key}` };
  }

  get processes() {
    return { ...serverProcesses(this.program.pid), PostgreSQL: { below: this.program.pid } };
  }

  /** An account, a key that may ingest, a label, and the devices that wear it. @param {number} deviceCount */
  async furnish(deviceCount) {
    await this.api.signUp();
    this.key = (await this.api.post('/api/v1/api-keys', { name: 'ChirpStack', scopes: ['ingest'] })).key;
    this.labelId = (await this.api.post('/api/v1/labels', { name: 'climate' })).id;
    let next = 0;
    const register = async () => {
      while (next < deviceCount) {
        const device = next++;
        await this.api.post('/api/v1/devices', {
          name: `greenhouse-${device}`,
          dev_eui: devEuiOf(device),
          label_ids: [this.labelId],
          expected_transmit_time: 60,
        });
      }
    };
    await Promise.all(Array.from({ length: registrationsAtOnce }, register));
    await this.database.query('ANALYZE');
  }

  /** The main job: label → function → MQTT, QoS 1. @param {{ port: number, topic: string }} broker */
  async makeFlow({ port, topic }) {
    const code = `function convert(uplink) {\n  return ${conversion};\n}\n`;
    const converter = await this.api.post('/api/v1/functions', { name: 'convert', code });
    const integration = await this.api.post('/api/v1/integrations', {
      name: 'broker',
      type: 'mqtt',
      config: { host: '127.0.0.1', port, topic, qos: 1 },
    });
    const nodes = [
      { id: 'label', type: 'label', entityId: this.labelId },
      { id: 'convert', type: 'function', entityId: converter.id },
      { id: 'publish', type: 'integration', entityId: integration.id },
    ];
    const flow = await this.api.post('/api/v1/flows', {
      name: 'main job',
      nodes: nodes.map(({ id, type, entityId }, index) => ({
        id,
        type,
        position: { x: index * 200, y: 0 },
        data: { entityId },
      })),
      edges: [
        { id: 'e1', source: 'label', target: 'convert' },
        { id: 'e2', source: 'convert', target: 'publish' },
      ],
    });
    return { flowId: flow.id, functionId: converter.id, integrationId: integration.id };
  }

  /** Whether anything is left to do: a job in whatever state, or a delivery that waits. */
  async isIdle() {
    const { rows } = await this.database.query({
      name: 'is-idle',
      text: 'SELECT NOT EXISTS (SELECT FROM jobs) AND NOT EXISTS (SELECT FROM waiting_deliveries) AS idle',
    });
    return rows[0].idle;
  }

  /** Waits until nothing is left to do. @param {number} limitMs @returns {Promise<number | undefined>} when, ms since 1970 */
  async untilIdle(limitMs) {
    const deadline = Date.now() + limitMs;
    while (!(await this.isIdle())) {
      if (this.program.hasEnded) throw new Error(`the server ended:\n${this.program.lastWords()}`);
      if (Date.now() > deadline) return undefined;
      await delay(50);
    }
    return Date.now();
  }

  /** An empty database beside its own, in the same PostgreSQL with the same settings. @param {string} name */
  async makeDatabase(name) {
    await this.database.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    const url = new URL(this.databaseUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Version, and the settings on which durability and speed hang. */
  async describeDatabase() {
    const { rows } = await this.database.query(`
      SELECT name, current_setting(name) AS value
      FROM unnest(ARRAY['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method',
                        'wal_compression', 'shared_buffers', 'max_wal_size']) AS name`);
    return rows.map(({ name, value }) => (name === 'server_version' ? value : `${name}=${value}`)).join(', ');
  }

  /** Transactions so far, of whomever; statements outside of one are transactions too. */
  async transactions() {
    const { rows } = await this.database.query(
      'SELECT xact_commit::float8 AS transactions FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0].transactions;
  }

  async jobsLeft() {
    const { rows } = await this.database.query('SELECT count(*)::int AS jobs FROM jobs');
    return rows[0].jobs;
  }

  /** What keeps it from being idle, in words. */
  async leftovers() {
    const jobs = await this.database.query(`
      SELECT kind, count(*)::int AS jobs, count(lease_token)::int AS leased, max(crashes) AS crashes,
             max(parked_reason) AS parked, min(run_at) - now() < interval '0' AS is_due
      FROM jobs GROUP BY kind`);
    const deliveries = await this.database.query(`
      SELECT count(*)::int AS waiting, min(next_attempt_at) - now() AS next_in, max(attempts ->> -1) AS last_attempt
      FROM waiting_deliveries HAVING count(*) > 0`);
    const complaints = this.program.complaints();
    return JSON.stringify({ jobs: jobs.rows, deliveries: deliveries.rows, complaints }, null, 1);
  }

  /** What the histories hold. */
  async history() {
    const { rows } = await this.database.query(`
      SELECT (SELECT count(*)::int FROM device_events) AS events,
             (SELECT count(*)::int FROM flow_runs WHERE status = 'success') AS runs,
             (SELECT count(*)::int FROM flow_steps WHERE status = 'success') AS steps,
             (SELECT count(*)::int FROM deliveries WHERE status = 'delivered') AS deliveries`);
    return rows[0];
  }

  async stop() {
    await this.profiler?.close();
    await this.database.end().catch(() => undefined);
    await this.program.stop();
  }
}

/** The same function for Node-RED, whose messages hold the uplink as ChirpStack wrote it. */
export const nodeRedCode = `const uplink = {
    deduplication_id: msg.payload.deduplicationId,
    device: { dev_eui: msg.payload.deviceInfo.devEui },
    data: msg.payload.object,
  };
msg.payload = ${conversion};
return msg;`;

/** @param {string} dataDir */
function embeddedUrl(dataDir) {
  const kept = (/** @type {string} */ name) => readFileSync(join(dataDir, name), 'utf8').trim();
  return `postgresql://fieldline:${kept('postgres.secret')}@127.0.0.1:${kept('postgres.port')}/fieldline`;
}
