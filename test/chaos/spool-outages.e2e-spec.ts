import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chaosRow, chaosSize } from '../support/chaos-size.js';
import { ChirpStackSimulator } from '../support/chirpstack-simulator.js';
import { eventually } from '../support/eventually.js';
import { ServedPostgres } from '../support/served-postgres.js';
import { ServerProcess } from '../support/server-process.js';

const stops = chaosSize('STOPS', 3);
const awayMs = chaosSize('AWAY_S', 3) * 1_000;
const perSecond = chaosSize('PER_SECOND', 50);

describe('a server whose PostgreSQL goes away', () => {
  let served: ServedPostgres;
  let server: ServerProcess;

  beforeAll(async () => {
    served = await ServedPostgres.start();
    server = await ServerProcess.start({ ROLE: 'api', DATABASE_URL: served.postgres.url });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await served.close();
  });

  const simulator = () => new ChirpStackSimulator(() => server.url, served.ingestKey, served.devEuis);
  const spoolDepth = async (): Promise<number> => {
    const { body } = await server.http('GET', '/api/health');
    return (body as { spool?: { records: number } }).spool?.records ?? 0;
  };
  /** The first message that goes into the database itself again. */
  const storesAgain = (load: ChirpStackSimulator, fromMs: number) =>
    eventually(
      () =>
        Promise.resolve(
          load.sent.find(({ atMs, body }) => atMs >= fromMs && body !== undefined && body.spooled !== true),
        ),
      'a message that is not spooled',
    );

  it(`loses nothing that it answered when it is stopped ${stops} times in mid-statement, and stores again within two seconds`, async () => {
    const load = simulator();
    load.start(perSecond);
    await storesAgain(load, 0);
    const backAfterMs: number[] = [];
    for (let stop = 0; stop < stops; stop += 1) {
      await served.postgres.stop();
      await pause(300 + Math.random() * 500);
      await served.postgres.goOn();
      const upAtMs = performance.now();
      const first = await storesAgain(load, upAtMs);
      backAfterMs.push(Math.round(first.atMs + first.tookMs - upAtMs));
      await pause(Math.random() * 300);
    }
    const sent = await load.stop();
    await eventually(async () => ((await spoolDepth()) === 0 ? true : undefined), 'an empty spool');
    const lost = await served.lostOf(load.accepted);
    const refused = sent.length - load.accepted.length;
    chaosRow('R3', {
      stops,
      sent: sent.length,
      answered: load.accepted.length,
      refused,
      lost: lost.length,
      'back after ms': Math.max(...backAfterMs),
      'slowest ms': Math.round(load.slowestMs),
    });
    expect(lost).toEqual([]);
    expect(refused).toBe(0);
    expect(Math.max(...backAfterMs)).toBeLessThanOrEqual(2_000);
    expect(load.slowestMs).toBeLessThan(4_500);
  }, 120_000);

  it(
    `loses nothing that was sent while it is away for ${awayMs / 1_000} s, and has brought it in ten seconds later`,
    async () => {
      const load = simulator();
      load.start(perSecond);
      await storesAgain(load, 0);
      await served.postgres.stop();
      await pause(awayMs);
      const waiting = await spoolDepth();
      await served.postgres.goOn();
      const upAtMs = performance.now();
      await eventually(async () => ((await spoolDepth()) === 0 ? true : undefined), 'an empty spool');
      const drainedMs = performance.now() - upAtMs;
      const sent = await load.stop();
      const lost = await served.lostOf(sent);
      chaosRow('R4', {
        'away ms': awayMs,
        sent: sent.length,
        answered: load.accepted.length,
        spooled: waiting,
        lost: lost.length,
        'drained ms': Math.round(drainedMs),
        'slowest ms': Math.round(load.slowestMs),
      });
      expect(lost).toEqual([]);
      expect(waiting).toBeGreaterThan((awayMs / 1_000) * perSecond * 0.5);
      expect(drainedMs).toBeLessThan(10_000);
      expect(load.slowestMs).toBeLessThan(4_500);
    },
    awayMs + 120_000,
  );
});
