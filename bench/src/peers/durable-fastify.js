import { setImmediate } from 'node:timers';
import Fastify from 'fastify';
import pg from 'pg';
import { answerParent } from '../processes/answer-parent.js';

/*
 * The limit for a server that answers after the commit: no key, no devices, no duplicates, no jobs. One table, one
 * statement a batch, a second batch gathering while PostgreSQL syncs the first.
 */
const flushesAtOnce = 2;
const maxBatch = 500;

const { databaseUrl } = JSON.parse(process.argv[2]);
const pool = new pg.Pool({ connectionString: databaseUrl, max: flushesAtOnce });
await pool.query(`
  CREATE TABLE IF NOT EXISTS uplinks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    body text NOT NULL
  )`);
const insert = { name: 'insert', text: 'INSERT INTO uplinks (body) SELECT * FROM unnest($1::text[])' };

/** @type {{ body: string, resolve: () => void, reject: (error: Error) => void }[]} */
let waiting = [];
let inFlight = 0;
let isScheduled = false;

/** @param {string} body @returns {Promise<void>} */
function store(body) {
  return new Promise((resolve, reject) => {
    waiting.push({ body, resolve, reject });
    schedule();
  });
}

function schedule() {
  if (isScheduled || inFlight >= flushesAtOnce || waiting.length === 0) return;
  isScheduled = true;
  setImmediate(() => {
    isScheduled = false;
    flush();
  });
}

function flush() {
  const batch = waiting.splice(0, maxBatch);
  inFlight += 1;
  pool
    .query({ ...insert, values: [batch.map(({ body }) => body)] })
    .then(
      () => batch.forEach(({ resolve }) => resolve()),
      (error) => batch.forEach(({ reject }) => reject(error)),
    )
    .finally(() => {
      inFlight -= 1;
      schedule();
    });
  schedule();
}

const app = Fastify();
app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
  try {
    // Parsed like on every side, and kept as it came.
    JSON.parse(String(text));
    done(null, text);
  } catch (error) {
    done(/** @type {Error} */ (error));
  }
});
app.post('/uplink', async (request, reply) => {
  await store(/** @type {string} */ (request.body));
  reply.code(202);
  return { success: true };
});
await app.listen({ host: '127.0.0.1', port: 0 });
answerParent({}, { port: Number(new URL(app.listeningOrigin).port) });
