import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Clock } from '../core/time/clock.js';
import { WrongUsage, type Command } from './command.js';
import { HttpApi } from './simulation/http-api.js';
import { SimulatedFleet } from './simulation/simulated-fleet.js';
import { Simulation, type Rhythm } from './simulation/simulation.js';

const mostDevices = 1_000;

interface Wanted extends Rhythm {
  url: string;
  key: string;
  devices: number;
}

/** Made-up devices for whoever has none yet: they register, claim their keys and send smooth readings, all over HTTP. */
export const simulate: Command = {
  parameters:
    '(--key <API key> | --key-file <path>) [--url http://127.0.0.1:8000] [--devices 3] [--every <seconds>=2] [--count <messages of each>]',
  summary: 'sends smooth readings of made-up devices until it is stopped; the key needs the scopes read and write',
  async run(args) {
    const wanted = wantedOf(args);
    const stop = new AbortController();
    const end = (): void => {
      stop.abort();
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    try {
      const devices = await new SimulatedFleet(new HttpApi(wanted.url, wanted.key)).ready(wanted.devices);
      say(`${devices.length.toString()} devices send to ${wanted.url}; see ${wanted.url}/api/v1/sensors/latest`);
      const { sent, missed } = await new Simulation(devices, new Clock(), say).run(wanted, stop.signal);
      return `${sent.toString()} messages were sent, ${missed.toString()} were not taken.`;
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end);
    }
  },
};

function wantedOf(args: readonly string[]): Wanted {
  const given = optionsOf(args);
  const { url = 'http://127.0.0.1:8000', key, 'key-file': keyFile, devices = '3', every = '2', count } = given;
  if ((key === undefined) === (keyFile === undefined) || !/^https?:\/\//.test(url)) throw new WrongUsage();
  const wanted = {
    url: url.replace(/\/+$/, ''),
    key: key ?? readFileSync(keyFile ?? '', 'utf8').trim(),
    devices: Number(devices),
    everyMs: Number(every) * 1_000,
    count: count === undefined ? undefined : Number(count),
  };
  const isWhole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  const isRight =
    isWhole(wanted.devices, 1, mostDevices) &&
    wanted.everyMs >= 0 &&
    wanted.everyMs <= 86_400_000 &&
    isWhole(wanted.count ?? 1, 1, Number.MAX_SAFE_INTEGER);
  if (!isRight) throw new WrongUsage();
  return wanted;
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { key: text, 'key-file': text, url: text, devices: text, every: text, count: text };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new WrongUsage();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
