import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const rowNames = [
  ...['ingest', 'main-job', 'latency', 'overload', 'storage', 'sandbox', 'queue', 'list', 'start', 'memory'],
  // These two share what was filled for them, and leave it standing until the end.
  ...['history', 'growth'],
  'series',
];

const help = `npm run bench -- [options]

  --only <rows>        of ${rowNames.join(', ')}; with commas
  --rounds <n>         how often each side is measured, in turn (5)
  --seconds <n>        how long each load lasts (8)
  --connections <n>    of the load (64)
  --devices <n>        that are registered and send (1000)
  --uplinks <n>        of the row storage (20000)
  --events <n>         stored before the rows history, growth and series (1000000; ten million take some 20 GB)
  --client <name>      sockets, or autocannon to check ours by a known tool (sockets)
  --set NAME=value     a setting of the server under test, as in .env.example; may be repeated
  --profile            also writes where the server's main thread spent its time, measured in one more load
  --publish            also puts the figures and the chart into docs/performance.md
  --dir <folder>       where the databases lie while it runs (${tmpdir()})
  --out <folder>       where the results go (bench/results)
`;

/**
 * What the run was asked for.
 *
 * @param {string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: rowNames.join(',') },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '8' },
      connections: { type: 'string', default: '64' },
      devices: { type: 'string', default: '1000' },
      uplinks: { type: 'string', default: '20000' },
      events: { type: 'string', default: '1000000' },
      client: { type: 'string', default: 'sockets' },
      set: { type: 'string', multiple: true, default: [] },
      profile: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
      out: { type: 'string', default: fileURLToPath(new URL('../results', import.meta.url)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { help };
  const rows = values.only.split(',').map((name) => name.trim().replace(' ', '-'));
  const strange = rows.find((name) => !rowNames.includes(name));
  if (strange !== undefined) throw new Error(`no row is called ${strange}; there are ${rowNames.join(', ')}`);
  if (values.client !== 'sockets' && values.client !== 'autocannon') {
    throw new Error('--client is sockets or autocannon');
  }
  return {
    help: undefined,
    rows,
    rounds: count('rounds', values.rounds, 1, 1_000),
    seconds: count('seconds', values.seconds, 1, 3_600),
    connections: count('connections', values.connections, 1, 10_000),
    devices: count('devices', values.devices, 1, 100_000),
    uplinks: count('uplinks', values.uplinks, 100, 10_000_000),
    events: count('events', values.events, 1_000, 100_000_000),
    client: values.client,
    settings: Object.fromEntries(values.set.map(assignment)),
    isProfiled: values.profile,
    isPublished: values.publish,
    folder: values.dir,
    out: values.out,
  };
}

/** @typedef {Exclude<ReturnType<typeof readOptions>, { help: string }>} Options */

/** @param {string} name @param {string} text @param {number} least @param {number} most */
function count(name, text, least, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`--${name} is a whole number between ${least} and ${most}`);
}

/** @param {string} text */
function assignment(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new Error('--set wants NAME=value');
  return [text.slice(0, at), text.slice(at + 1)];
}
