import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Chance } from '../support/chaos/chance.js';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { ChaosScene } from '../support/chaos/chaos-scene.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { eventually } from '../support/eventually.js';
import { MqttSink } from '../support/mqtt-sink.js';
import { anUplink } from '../support/uplinks.js';

const publications = chaosSize('CHAOS_PUBLICATIONS', { short: 500, full: 10_000 });
const kills = chaosSize('CHAOS_BROKER_KILLS', { short: 5, full: 20 });
const atOnce = 20;

describe('a broker that is killed', () => {
  let scene: ChaosScene;
  let broker: MqttSink;

  beforeAll(async () => {
    [scene, broker] = await Promise.all([ChaosScene.open(), MqttSink.start()]);
  });
  afterAll(async () => {
    await scene.close();
    await broker.close();
  });

  it('loses no message: what it did not acknowledge is published again', async () => {
    const device = await scene.world.aDevice();
    const mqtt = await scene.world.anIntegration('mqtt', {
      ...{ host: broker.host, port: broker.port, protocol_version: 4 },
      topic: 'up/{{f_cnt}}',
      schedule_ms: [0, ...Array.from({ length: 19 }, () => 1_000)],
    });
    await scene.world.aChain(['device', device.id], ['integration', mqtt.id]);
    const server = await scene.start('all');
    const chance = new Chance('broker killed');
    const killAt = new Set(
      Array.from({ length: kills }, (_, n) => Math.floor(((n + chance.next()) * publications) / kills)),
    );
    let sent = 0;
    let killed = Promise.resolve();
    const post = async (): Promise<void> => {
      while (sent < publications) {
        const fCnt = sent;
        sent += 1;
        if (killAt.has(fCnt)) killed = killed.then(() => restart(chance.between(1, 200)));
        const { status } = await server.http('POST', '/api/v1/ingest/chirpstack?event=up', {
          bearer: scene.world.ingestKey,
          body: anUplink(device.dev_eui, { fCnt }),
        });
        expect(status).toBe(202);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, post));
    await killed;
    await eventually(
      async () => {
        // The breaker may leave the broker alone for half a minute; what is shown here is not its patience.
        await scene.app.database.query('UPDATE lanes SET blocked_until = now() WHERE blocked_until > now()');
        const left = await scene.app.database.query('SELECT FROM jobs LIMIT 1');
        return left.length === 0 ? true : undefined;
      },
      'a queue without jobs',
      120_000,
    );

    const taken = new Set(broker.messages.map(({ topic }) => topic));
    const lost = Array.from({ length: publications }, (_, fCnt) => `up/${fCnt}`).filter((topic) => !taken.has(topic));
    const [counts] = await scene.app.database.query<{
      stored: number;
      runs: number;
      delivered: number;
      failed: number;
    }>(
      `SELECT (SELECT count(*)::int FROM device_events WHERE event <> 'status_change') AS stored, (SELECT count(*)::int FROM flow_runs) AS runs,
           count(*) FILTER (WHERE status = 'delivered')::int AS delivered, count(*) FILTER (WHERE status = 'failed')::int AS failed
         FROM deliveries`,
    );
    const { stored = 0, runs = 0, delivered = 0, failed = 0 } = counts ?? {};
    printChaosRow({
      scenario: 'D3 broker killed',
      ...{ sent: publications, answered: publications, stored, runs, delivered },
      duplicates: broker.messages.length - taken.size,
      lost: lost.length,
      more: { kills: killAt.size },
    });
    expect(lost).toEqual([]);
    expect({ stored, runs, delivered, failed }).toEqual({
      ...{ stored: publications, runs: publications, delivered: publications, failed: 0 },
    });
  }, 300_000);

  /** Dies with messages that it has taken and not acknowledged: nobody can know that they arrived. */
  async function restart(ms: number): Promise<void> {
    const before = broker.messages.length;
    broker.holdAcks();
    await broker.received(before + 5, 500).catch(() => undefined);
    await broker.goDown();
    broker.releaseAcks();
    await new Promise((resolve) => setTimeout(resolve, ms));
    await broker.goUp();
  }
});
