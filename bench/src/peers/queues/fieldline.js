import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { answerQueue } from './answer-queue.js';
import { ours } from '../../ours.js';

const { Batcher } = await ours('core/batching/batcher');
const { ChangesModule } = await ours('core/changes/changes.module');
const { ConfigModule } = await ours('core/config/config.module');
const { loadSettings } = await ours('core/config/load-settings');
const { DatabaseModule } = await ours('core/database/database.module');
const { HotPool } = await ours('core/database/hot-pool');
const { migrate } = await ours('core/database/migrate');
const { RowsParameter } = await ours('core/database/rows-parameter');
const { Transactions } = await ours('core/database/transactions');
const { EventsModule } = await ours('core/events/events.module');
const { newId } = await ours('core/ids/uuid-v7');
const { MetricsModule } = await ours('core/metrics/metrics.module');
const { fenced } = await ours('core/queue/fence');
const { Queue } = await ours('core/queue/queue');
const { QueueModule } = await ours('core/queue/queue.module');
const { TimeModule } = await ours('core/time/time.module');

/* The server's own queue with all its loops, and handlers that end their jobs as the server's do: fenced, in groups. */
const { databaseUrl, settings: given } = JSON.parse(process.argv[2]);
await migrate(databaseUrl);
const settings = loadSettings({
  DATABASE_URL: databaseUrl,
  SECRET_KEY: 'a key of the bench that seals nothing at all',
  ROLE: 'worker',
  LOG_LEVEL: 'error',
  ...given,
});
const ground = [ChangesModule, DatabaseModule, EventsModule, MetricsModule, QueueModule, TimeModule];
const app = await NestFactory.createApplicationContext(
  { module: /** @type {any} */ (QueueBench), imports: [ConfigModule.forRoot(settings), ...ground] },
  { logger: ['error', 'warn'] },
);
const [pool, transactions, queue] = [app.get(HotPool), app.get(Transactions), app.get(Queue)];

const laneId = newId(Date.now());
await pool.query(`INSERT INTO tenants (id, name, slug) VALUES ($1, 'bench', 'bench')`, [laneId]);
await pool.query(`INSERT INTO lanes (id, tenant_id, kind, disabled) VALUES ($1, $1, 'events', true)`, [laneId]);

const finished = new RowsParameter(
  'f',
  [
    ['job_id', 'uuid'],
    ['lease_token', 'uuid'],
  ],
  1,
);
const endSql = `WITH ${fenced('$1', '$2')} SELECT job_id FROM done`;
const ends = new Batcher({
  flush: async (/** @type {{ job_id: string, lease_token: string }[]} */ jobs) => {
    const done = await pool.named('bench-end', endSql, finished.values(jobs));
    return jobs.map(() => done.length);
  },
  maxItems: 200,
  maxInFlight: 2,
});
let ran = 0;
queue.register({
  kind: 'bench',
  run: async (/** @type {{ id: string, leaseToken: string }} */ job) => {
    await ends.add({ job_id: job.id, lease_token: job.leaseToken });
    ran += 1;
  },
});
await app.init();

answerQueue({
  enqueue: (numbers) => {
    const jobs = numbers.map((n) => ({
      id: newId(Date.now()),
      tenantId: laneId,
      laneId,
      kind: 'bench',
      payload: { n },
    }));
    return transactions.run((/** @type {any} */ tx) => queue.enqueue(tx, jobs));
  },
  begin: async () => {
    await pool.query('UPDATE lanes SET disabled = false');
    queue.hint('events');
  },
  pause: async () => {
    await pool.query('UPDATE lanes SET disabled = true');
  },
  ran: () => ran,
  left: async () => (await pool.query('SELECT count(*)::int AS jobs FROM jobs'))[0].jobs,
});

/** Only a name for what the context is made of. */
function QueueBench() {}
