import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chaosRow, chaosSize } from '../support/chaos-size.js';
import { ChirpStackSimulator } from '../support/chirpstack-simulator.js';
import { eventually } from '../support/eventually.js';
import { ServedPostgres } from '../support/served-postgres.js';
import { ServerProcess } from '../support/server-process.js';

const kills = chaosSize('SPOOL_KILLS', 3);
const perSecond = 200;

describe('a server that is killed while it spools', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fieldline-spool-kill-'));
  let served: ServedPostgres;
  let server: ServerProcess;
  const start = () => ServerProcess.start({ ROLE: 'api', DATABASE_URL: served.postgres.url, DATA_DIR: dataDir });
  const load = (urlOf: () => string) => new ChirpStackSimulator(urlOf, served.ingestKey, served.devEuis);
  const spools = () => readdirSync(join(dataDir, 'spool'));

  beforeAll(async () => {
    served = await ServedPostgres.start();
    server = await start();
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await served.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A key is good without a database only where it was seen before. */
  const untilAnswered = (posting: ChirpStackSimulator) => {
    const before = posting.accepted.length;
    return eventually(() => Promise.resolve(posting.accepted.length > before ? true : undefined), 'an answer');
  };

  it(
    `loses nothing that it answered: the next one takes over its spool, ${kills} times`,
    async () => {
      const posting = load(() => server.url);
      posting.start(perSecond);
      for (let kill = 0; kill < kills; kill += 1) {
        await untilAnswered(posting);
        await served.postgres.stop();
        const spooled = posting.accepted.length;
        await eventually(
          () => Promise.resolve(posting.accepted.length > spooled + 20 ? true : undefined),
          'messages in the spool',
        );
        await pause(Math.random() * 300);
        await server.kill();
        expect(spools()).toHaveLength(1);
        await served.postgres.goOn();
        server = await start();
        await eventually(() => Promise.resolve(spools().length === 0 ? true : undefined), 'an adopted and empty spool');
      }
      const sent = await posting.stop();
      const lost = await served.lostOf(posting.accepted);
      const inSpool = posting.accepted.filter(({ body }) => body?.spooled === true).length;
      chaosRow('spool, kill -9', {
        kills,
        sent: sent.length,
        answered: posting.accepted.length,
        spooled: inSpool,
        lost: lost.length,
      });
      expect(lost).toEqual([]);
      expect(inSpool).toBeGreaterThan(kills * 20);
    },
    kills * 20_000 + 60_000,
  );

  it('leaves its spool to a neighbour that lives, which keeps its own until then', async () => {
    const neighbour = await start();
    try {
      const [killed, living] = [load(() => server.url), load(() => neighbour.url)];
      for (const posting of [killed, living]) posting.start(50);
      await Promise.all([killed, living].map(untilAnswered));
      await served.postgres.stop();
      await eventually(() => Promise.resolve(spools().length === 2 ? true : undefined), 'two spools');
      await pause(500);
      await server.kill();
      await killed.stop();
      await pause(500);
      await served.postgres.goOn();
      await eventually(() => Promise.resolve(spools().length === 1 ? true : undefined), 'the one spool of the living');
      await living.stop();
      await eventually(async () => {
        const { body } = await neighbour.http('GET', '/api/health');
        return (body as { status: string }).status === 'healthy' ? true : undefined;
      }, 'an empty spool');
      expect(await served.lostOf([...killed.accepted, ...living.accepted])).toEqual([]);
    } finally {
      await neighbour.stop();
      server = await start();
    }
    expect(spools()).toEqual([]);
  }, 60_000);
});
