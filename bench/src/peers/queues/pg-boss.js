import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { answerQueue } from './answer-queue.js';

/* A batch of jobs to a handler, and the next at once while there are any. */
const { databaseUrl } = JSON.parse(process.argv[2]);
const queue = 'bench';
const boss = new PgBoss({ connectionString: databaseUrl, max: 10, schedule: false });
boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
await boss.start();
await boss.createQueue(queue);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
let ran = 0;

answerQueue({
  enqueue: (numbers) =>
    boss.insert(
      queue,
      numbers.map((n) => ({ data: { n } })),
    ),
  begin: async () => {
    const options = { batchSize: 1_000, localConcurrency: 2, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
    await boss.work(queue, options, async (jobs) => {
      ran += jobs.length;
    });
  },
  pause: async () => {
    await boss.offWork(queue);
  },
  ran: () => ran,
  left: async () => {
    const { rows } = await pool.query(
      `SELECT count(*)::int AS jobs FROM pgboss.job WHERE name = $1 AND state < 'completed'`,
      [queue],
    );
    return rows[0].jobs;
  },
});
