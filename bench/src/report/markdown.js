import { median } from '../statistics.js';
import { picked, short, verdict, whole } from './figures.js';

/**
 * The run as Markdown, to be read in a terminal and pasted into docs/performance.md.
 *
 * @param {{ date: string, machine: Record<string, unknown>, versions: Record<string, string>, settings: Record<string, unknown>,
 *           rows: import('./figures.js').Row[], failures: { row: string, error: string }[] }} run
 */
export function toMarkdown({ date, machine, versions, settings, rows, failures }) {
  const parts = [`Measured ${date.slice(0, 16).replace('T', ' ')} UTC.`, facts({ machine, versions, settings })];
  for (const row of rows) parts.push(`### ${row.title}`, ...tablesOf(row));
  for (const { row, error } of failures) parts.push(`### ${row}: not measured`, error.split('\n')[0]);
  return `${parts.join('\n\n')}\n`;
}

/** @param {import('./figures.js').Row} row */
function tablesOf(row) {
  if (row.name === 'storage') return storageTables(row);
  if (row.details !== undefined) return ownTables(row);
  const sides = row.name === 'sandbox' ? callTable(row) : rateTable(row);
  return [sides, ratioTable(row), ...(row.name === 'main-job' ? [historyLine(row)] : []), ...profileTable(row)];
}

/** @param {import('./figures.js').Row} row */
function ownTables(row) {
  const { details = [], ratios, demands = [], notes = [] } = row;
  return [
    ...details.map(({ head, lines }) => table(head, lines)),
    ...(ratios.length > 0 ? [ratioTable(row)] : []),
    ...(demands.length > 0 ? [demandTable(demands)] : []),
    ...notes,
    ...profileTable(row),
  ];
}

/** @param {import('./figures.js').Demand[]} demands */
function demandTable(demands) {
  const lines = demands.map(({ what, value, unit, reach, beat, lessIsBetter }) => {
    const sign = lessIsBetter === true ? '≤' : '≥';
    const goals = [reach, beat].filter((goal) => goal !== undefined).map((goal) => `${sign} ${goal} ${unit}`);
    return [what, `${short(value)} ${unit}`, goals.join(', '), verdict(value, { reach, beat }, lessIsBetter)];
  });
  return table(['demand', 'measured', 'must reach, then beat', ''], lines);
}

/** @param {import('./figures.js').Row} row */
function rateTable({ name, unit, sides }) {
  const isMainJob = name === 'main-job';
  const head = ['side', `${unit}, median`, 'least – most', 'p50 ms', 'p99 ms', 'not accepted'];
  const more = isMainJob ? ['accepted/s', 'lost', 'twice'] : ['jobs left', 'drained in', 'transactions an uplink'];
  const lines = sides.map(({ name: side, median: middle, rounds = [] }) => {
    const values = picked(rounds, (round) => round.perSecond);
    const of = (/** @type {(round: any) => number | undefined} */ pick) => median(picked(rounds, pick));
    const sum = (/** @type {(round: any) => number} */ pick) => rounds.reduce((total, round) => total + pick(round), 0);
    const rest = isMainJob
      ? [
          whole(of((round) => round.acceptedPerSecond)),
          whole(sum((round) => round.lost)),
          whole(sum((round) => round.repeated)),
        ]
      : rounds.some((round) => round.jobsLeft !== undefined)
        ? [
            whole(of((round) => round.jobsLeft)),
            `${of((round) => round.drainSeconds).toFixed(1)} s`,
            short(of((round) => round.transactions)),
          ]
        : [];
    return [
      side,
      whole(middle),
      `${whole(Math.min(...values))} – ${whole(Math.max(...values))}`,
      short(of((round) => round.latencyMs.p50)),
      short(of((round) => round.latencyMs.p99)),
      whole(sum((round) => round.refused + round.errors)),
      ...rest,
    ];
  });
  return `${table([...head, ...more], lines)}\n\n${cpuTable(sides)}`;
}

/** @param {import('./figures.js').Row['sides']} sides */
function cpuTable(sides) {
  const names = [
    ...new Set(sides.flatMap(({ rounds = [] }) => rounds.flatMap((round) => Object.keys(round.cpuMicroseconds)))),
  ];
  if (names.length === 0) return '';
  const lines = sides.map(({ name, rounds = [] }) => [
    name,
    ...names.map((process) => {
      const values = picked(rounds, (round) => round.cpuMicroseconds[process]);
      return values.length === 0 ? '' : whole(median(values));
    }),
  ]);
  return `CPU, microseconds an uplink, by process:\n\n${table(['side', ...names], lines)}`;
}

/** @param {import('./figures.js').Row} row */
function ratioTable({ sides, ratios, lessIsBetter }) {
  const value = (/** @type {string} */ name) => sides.find((side) => side.name === name)?.median ?? NaN;
  const sign = lessIsBetter === true ? '≤' : '≥';
  const lines = ratios.map(({ of, over, ratio, least, most, reach, beat }) => [
    `${of} : ${over}`,
    `${short(value(of))} : ${short(value(over))}`,
    `${ratio.toFixed(2)} ×`,
    `${least.toFixed(2)} – ${most.toFixed(2)}`,
    [reach, beat].flatMap((goal) => (goal === undefined ? [] : `${sign} ${goal} ×`)).join(', '),
    verdict(ratio, { reach, beat }, lessIsBetter),
  ]);
  return table(['ratio', 'of', 'medians', 'in the rounds', 'must reach, then beat', ''], lines);
}

/** @param {import('./figures.js').Row} row */
function profileTable({ profile }) {
  if (profile === undefined) return [];
  const lines = profile.spots
    .slice(0, 25)
    .map(({ place, microseconds, share }) => [place, microseconds.toFixed(1), `${(share * 100).toFixed(1)} %`]);
  return [
    `Where the main thread's ${whole(profile.busyMicroseconds)} µs an uplink go, by the nearest function of our own:`,
    table(['where', 'µs an uplink', 'share'], lines),
  ];
}

/** @param {import('./figures.js').Row} row */
function callTable({ sides }) {
  const lines = sides.map(({ name, rounds = [] }) => [name, short(rounds[0].p50), short(rounds[0].p99)]);
  return table(['way', 'median µs', 'p99 µs'], lines);
}

/** @param {import('./figures.js').Row} row */
function historyLine({ sides }) {
  const rounds = (sides[0].rounds ?? []).filter((round) => round.written !== undefined);
  const sum = (/** @type {(round: any) => number} */ pick) =>
    whole(rounds.reduce((total, round) => total + pick(round), 0));
  const { runs, steps, deliveries } = {
    runs: sum((round) => round.written.runs),
    steps: sum((round) => round.written.steps),
    deliveries: sum((round) => round.written.deliveries),
  };
  const accepted = sum((round) => round.accepted);
  const transactions = short(median(rounds.map((round) => round.written.transactions / round.accepted)));
  return (
    `Written by ${sides[0].name} for ${accepted} uplinks accepted: ${runs} successful runs, ${steps} steps, ` +
    `${deliveries} deliveries; ${transactions} transactions an uplink.`
  );
}

/** @param {import('./figures.js').Row} row */
function storageTables({ sides: [side], tables = [], limits = { reach: NaN, beat: NaN } }) {
  const [{ accepted, delivered, uplinkBytes, publishedBytes, walBytes }] = side.rounds ?? [{}];
  const lines = tables.map(({ name, bytes, heap, indexes }) => [name, whole(bytes), whole(heap), whole(indexes)]);
  const total = ['**together**', whole(side.median), whole(sumOf(tables, 'heap')), whole(sumOf(tables, 'indexes'))];
  return [
    `${whole(accepted)} uplinks of ${whole(uplinkBytes)} bytes, ${whole(delivered)} delivered as ${whole(publishedBytes)} bytes each. ` +
      `Must reach ≤ ${whole(limits.reach)} bytes, then ≤ ${whole(limits.beat)}: ${verdict(side.median, limits, true)}. WAL written: ${whole(walBytes)} bytes an uplink.`,
    table(['table', 'bytes an uplink', 'rows and TOAST', 'indexes'], [...lines, total]),
  ];
}

/** @param {{ heap: number, indexes: number }[]} tables @param {'heap' | 'indexes'} part */
function sumOf(tables, part) {
  return tables.reduce((sum, table) => sum + table[part], 0);
}

/** @param {Record<string, Record<string, unknown>>} groups */
function facts(groups) {
  return Object.entries(groups)
    .map(([group, values]) => {
      const items = Object.entries(values).map(([name, value]) => `${name} ${String(value)}`);
      return `- ${group}: ${items.join(' · ')}`;
    })
    .join('\n');
}

/** @param {string[]} head @param {string[][]} lines */
function table(head, lines) {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const row = (/** @type {string[]} */ cells) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [row(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.map(row)].join('\n');
}
