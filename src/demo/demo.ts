import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Server } from '../boot/server.js';
import { explainFailure } from '../cli/explain-failure.js';
import { loadSettings } from '../core/config/load-settings.js';
import { JsonLogger } from '../core/logging/json-logger.js';
import { ApiClient } from './api-client.js';
import { DemoBroker, DemoEndpoint } from './destinations.js';
import { chirpStackUplink } from './fleet.js';
import { readOutcome, type Outcome } from './outcome.js';
import { setUp, type DemoSetup } from './scenario.js';

/*
 * The main job on one page: a server with its own PostgreSQL, a small fleet, real ChirpStack uplinks through flows to an
 * HTTP endpoint and an MQTT broker. Everything goes through the public API. `--exit` ends with one line of counts.
 */

const uplinksPerDevice = 5;
const patienceMs = 30_000;
const mustExit = process.argv.includes('--exit');

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<number> {
  const given = loadSettings();
  const settings = given.with({
    dataDir: join(given.dataDir, 'demo'),
    registration: 'open',
    logLevel: 'warn',
    // A demo that ends by itself must not depend on a port being free.
    ...(mustExit ? { port: 0 } : {}),
  });
  const server = new Server(new JsonLogger(settings.logLevel));
  const endpoint = await DemoEndpoint.start(say);
  const broker = await DemoBroker.start(say);
  try {
    say('Starting Fieldline with its own PostgreSQL …');
    const app = await server.start(settings);
    const url = await app.getUrl();
    say('Registering a fleet, functions, integrations and flows through the API …\n');
    const setup = await setUp(new ApiClient(url), { httpUrl: endpoint.url, mqttPort: broker.port });
    const uplinks = await postUplinks(setup);
    const expected = expectedArrivals(setup, uplinks);
    const outcome = await whenAllArrived(setup, () => endpoint.delivered.size + broker.received.length, expected);
    const counts = countsOf(uplinks, outcome, endpoint.delivered.size, broker.received.length, expected);
    showTable(counts);
    if (!mustExit) await stayUp(url, setup);
    say(JSON.stringify(counts));
    return counts.lost === 0 && outcome.running === 0 && counts.events === uplinks ? 0 : 1;
  } finally {
    endpoint.close();
    await broker.close();
    await server.stop();
  }
}

async function postUplinks({ devices, chirpStack }: DemoSetup): Promise<number> {
  let posted = 0;
  for (let n = 1; n <= uplinksPerDevice; n += 1) {
    for (const device of devices) {
      const uplink = chirpStackUplink(device.kind, device.devEui, device.name, n, Date.now());
      await chirpStack.post('/api/v1/ingest/chirpstack?event=up', uplink);
      posted += 1;
    }
  }
  return posted;
}

/** Climate goes to two destinations, doors to two, high water to one, every second reading of it. */
function expectedArrivals({ devices }: DemoSetup, uplinks: number): number {
  const share = uplinks / devices.length;
  const of = (label: string) => devices.filter((device) => device.kind.label === label).length;
  return of('climate') * share * 2 + of('doors') * share * 2 + of('levels') * Math.ceil(share / 2);
}

async function whenAllArrived(setup: DemoSetup, arrived: () => number, expected: number): Promise<Outcome> {
  const deadline = performance.now() + patienceMs;
  let outcome = await readOutcome(setup);
  while ((arrived() < expected || outcome.running > 0) && performance.now() < deadline) {
    await pause(100);
    outcome = await readOutcome(setup);
  }
  return outcome;
}

function countsOf(uplinks: number, outcome: Outcome, http: number, mqtt: number, expected: number) {
  return {
    uplinks,
    events: outcome.events,
    runs: outcome.runs,
    http_delivered: http,
    mqtt_delivered: mqtt,
    filtered: outcome.filtered,
    partial: outcome.partial,
    lost: expected - http - mqtt,
  };
}

function showTable(counts: Record<string, number>): void {
  const width = Math.max(...Object.keys(counts).map((name) => name.length));
  say('');
  for (const [name, count] of Object.entries(counts)) say(`  ${name.padEnd(width)}  ${count.toString().padStart(5)}`);
  say('');
}

async function stayUp(url: string, { login, ingestKey, devices }: DemoSetup): Promise<void> {
  say(`  Look around     ${url}/api/docs`);
  say(`  Sign in         ${login.email}   ${login.password}`);
  say(`  ChirpStack URL  ${url}/api/v1/ingest/chirpstack`);
  say(`  Header          Authorization: Bearer ${ingestKey}`);
  say(`  A DevEUI        ${devices[0]?.devEui ?? ''}`);
  say('\n  Ctrl-C ends it.\n');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${explainFailure(error)}\n\n`);
  process.exitCode = 1;
}
