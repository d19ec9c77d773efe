import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { answerQueue } from './answer-queue.js';

/* As its documentation says for many small jobs: a local queue, and completions in groups. */
const { databaseUrl } = JSON.parse(process.argv[2]);
const concurrency = 200;
const logger = new Logger(() => () => undefined);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();

let ran = 0;
/** @type {import('graphile-worker').Runner | undefined} */
let runner;

answerQueue({
  enqueue: (numbers) => utils.addJobs(numbers.map((n) => ({ identifier: 'bench', payload: { n } }))),
  begin: async () => {
    runner = await run({
      pgPool: pool,
      logger,
      noHandleSignals: true,
      concurrency,
      taskList: {
        bench: async () => {
          ran += 1;
        },
      },
      preset: {
        worker: {
          concurrentJobs: concurrency,
          pollInterval: 200,
          localQueue: { size: 1_000 },
          completeJobBatchDelay: 5,
          failJobBatchDelay: 5,
        },
      },
    });
  },
  pause: async () => {
    await runner?.stop();
  },
  ran: () => ran,
  left: async () => (await pool.query('SELECT count(*)::int AS jobs FROM graphile_worker._private_jobs')).rows[0].jobs,
});
