import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import type { ChirpStackSimulator } from '../support/chaos/chirpstack-simulator.js';
import { eventually } from '../support/eventually.js';
import type { ServerProcess } from '../support/server-process.js';
import { StoppablePostgres } from '../support/stoppable-postgres.js';

const kills = chaosSize('CHAOS_SPOOL_KILLS', { short: 3, full: 20 });
const perSecond = 200;

describe('a server that is killed while it spools', () => {
  const chance = new Chance('spool killed');
  let postgres: StoppablePostgres;
  let scene: ChaosScene;
  let server: ServerProcess;

  beforeAll(async () => {
    postgres = await StoppablePostgres.start();
    scene = await ChaosScene.open(postgres);
    server = await scene.start('api');
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await postgres.drop();
  });

  const spools = () => readdirSync(join(scene.dataDir, 'spool'));
  const spoolsAre = (count: number) =>
    eventually(() => Promise.resolve(spools().length === count ? true : undefined), `${count} spools`);
  const answers = (network: ChirpStackSimulator, more: number) => {
    const before = network.answered.length;
    return eventually(
      () => Promise.resolve(network.answered.length >= before + more ? true : undefined),
      `${more} more answers`,
    );
  };

  it(
    'loses nothing that it answered: the next one takes over its spool',
    async () => {
      const flow = await scene.aFlow();
      const network = flow.networkTo(() => [server]);
      network.start(perSecond);
      for (let kill = 0; kill < kills; kill += 1) {
        // A key is good without a database only where it was seen before.
        await answers(network, 1);
        await postgres.stop();
        await answers(network, chance.between(20, 100));
        if (chance.next() < 0.5) {
          await delay(chance.between(0, 300));
          await server.kill();
          expect(spools()).toHaveLength(1);
          await postgres.goOn();
        } else {
          // Somewhere between the return of the database and the last record.
          await postgres.goOn();
          await delay(chance.between(0, 400));
          await server.kill();
        }
        server = await scene.start('api');
        await spoolsAre(0);
      }
      await network.stop();
      const { counts, faults } = await flow.oracle.judge(network.answeredEventIds);
      const spooled = network.answered.filter(({ posts }) => posts.some(({ body }) => body?.spooled === true)).length;
      printChaosRow({
        scenario: 'R12 killed while spooling',
        sent: network.sent.length,
        answered: network.answered.length,
        ...counts,
        lost: faults.lostEvents.length,
        more: { kills, spooled },
      });
      expect(faults.lostEvents).toEqual([]);
      expect(spooled).toBeGreaterThanOrEqual(kills * 20);
    },
    kills * 20_000 + 60_000,
  );

  it('and one that is asked to end leaves it in order for the next', async () => {
    const flow = await scene.aFlow();
    const network = flow.networkTo(() => [server]);
    network.start(50);
    await answers(network, 1);
    await postgres.stop();
    await answers(network, 20);
    expect(await server.stop()).toBe(0);
    await network.stop();
    expect(spools()).toHaveLength(1);
    await postgres.goOn();
    server = await scene.start('api');
    await spoolsAre(0);
    expect((await flow.oracle.judge(network.answeredEventIds)).faults.lostEvents).toEqual([]);
  }, 60_000);

  it('leaves its spool to a neighbour that lives, which keeps its own until then', async () => {
    const neighbour = await scene.start('api');
    const flow = await scene.aFlow();
    const networks = [flow.networkTo(() => [server]), flow.networkTo(() => [neighbour])];
    for (const network of networks) network.start(50);
    await Promise.all(networks.map((network) => answers(network, 1)));
    await postgres.stop();
    await spoolsAre(2);
    await Promise.all(networks.map((network) => answers(network, 20)));
    await server.kill();
    await networks[0]?.stop();
    await postgres.goOn();
    await spoolsAre(1);
    await networks[1]?.stop();
    await eventually(async () => {
      const { body } = await neighbour.http('GET', '/api/health');
      return (body as { status: string }).status === 'healthy' ? true : undefined;
    }, 'an empty spool');
    const { faults } = await flow.oracle.judge(networks.flatMap((network) => network.answeredEventIds));
    expect(faults.lostEvents).toEqual([]);
    await neighbour.stop();
    expect(spools()).toEqual([]);
    server = await scene.start('api');
  }, 60_000);
});
