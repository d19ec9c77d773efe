import { microsecondsPer } from '../bench.js';
import { serverProcesses } from '../processes/cpu-time.js';
import { Helper } from '../processes/helper.js';
import { short, whole } from '../report/figures.js';
import { median, orderOf, ratioOf } from '../statistics.js';

const limit = 100;

/**
 * How many pages of a hundred devices are read a second: ours checks an access token and its session, the query, and
 * counts; beside it bare Fastify runs the same select over the same rows. Each device has sent an uplink before.
 *
 * @param {import('../bench.js').Bench} bench
 */
export async function measureList(bench) {
  const { rounds, seconds, devices } = bench.options;
  const fieldline = bench.keep(await bench.startFieldline('list'));
  await fieldline.furnish(devices);
  await bench.load(fieldline, { amount: devices });
  await fieldline.untilIdle(60_000);
  await fieldline.database.query('VACUUM ANALYZE');
  const { rows } = await fieldline.database.query('SELECT tenant_id FROM devices LIMIT 1');
  const argument = { databaseUrl: fieldline.databaseUrl, tenantId: rows[0].tenant_id, limit };
  const bare = bench.keep(await Helper.start('peers/list-fastify.js', { argument }));
  const { PostgreSQL } = fieldline.processes;
  /** @type {import('../bench.js').Read[]} */
  const sides = [
    {
      name: fieldline.name,
      url: `${fieldline.api.url}/api/v1/devices?limit=${limit}`,
      headers: { authorization: `Bearer ${fieldline.api.token}` },
      processes: fieldline.processes,
    },
    {
      name: 'Fastify + the same SQL',
      url: `http://127.0.0.1:${bare.ready.port}/devices`,
      headers: {},
      processes: { ...serverProcesses(bare.pid), PostgreSQL },
    },
  ];
  await assertSameRows(sides);

  /** @type {Map<string, Record<string, any>[]>} */
  const results = new Map(sides.map(({ name }) => [name, []]));
  for (const side of sides) await bench.read(side, 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of orderOf(sides, round)) {
      const { result, cpuSeconds } = await bench.withCpu(side.processes, () => bench.read(side, seconds));
      const perSecond = result.accepted / result.seconds;
      const { latencyMs, refused, errors, accepted } = result;
      const cpuMicroseconds = microsecondsPer(cpuSeconds, accepted);
      results.get(side.name)?.push({ perSecond, latencyMs, refused, errors, cpuMicroseconds });
      bench.say(`  list ${round + 1}/${rounds}  ${side.name}: ${whole(perSecond)}/s`);
    }
  }
  const profile = await bench.profileReads(fieldline, sides[0]);

  const roundsOf = (/** @type {{ name: string }} */ { name }) => results.get(name) ?? [];
  const rates = (/** @type {{ name: string }} */ side) => roundsOf(side).map(({ perSecond }) => perSecond);
  const cpuNames = ['main thread', 'PostgreSQL'];
  return {
    name: 'list',
    title: `List: pages of ${limit} devices read with an access token`,
    unit: 'pages/s',
    ...profile,
    sides: sides.map((side) => ({ name: side.name, median: median(rates(side)), rounds: roundsOf(side) })),
    details: [
      {
        head: [
          'side',
          'pages/s, median',
          'least – most',
          'p50 ms',
          'p99 ms',
          'failed',
          ...cpuNames.map((n) => `${n} µs`),
        ],
        lines: sides.map((side) => [
          side.name,
          whole(median(rates(side))),
          `${whole(Math.min(...rates(side)))} – ${whole(Math.max(...rates(side)))}`,
          short(median(roundsOf(side).map(({ latencyMs }) => latencyMs.p50))),
          short(median(roundsOf(side).map(({ latencyMs }) => latencyMs.p99))),
          whole(roundsOf(side).reduce((sum, { refused, errors }) => sum + refused + errors, 0)),
          ...cpuNames.map((name) => whole(median(roundsOf(side).map((round) => round.cpuMicroseconds[name])))),
        ]),
      },
    ],
    ratios: [
      { of: sides[0].name, over: sides[1].name, ...ratioOf(rates(sides[0]), rates(sides[1])), reach: 0.5, beat: 0.8 },
    ],
  };
}

/** @param {{ name: string, url: string, headers: Record<string, string> }[]} sides */
async function assertSameRows(sides) {
  const [ours, theirs] = await Promise.all(
    sides.map(async ({ url, headers }) => {
      const answer = await globalThis.fetch(url, { headers });
      return /** @type {{ id: string }[]} */ (await answer.json()).map(({ id }) => id).join();
    }),
  );
  if (ours !== theirs) throw new Error('the two sides list different devices');
}
