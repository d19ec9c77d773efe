import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ours } from '../ours.js';

const { EmbeddedPostgres } = await ours('core/database/embedded/embedded-postgres');

/**
 * The PostgreSQL that the server would start for itself, with the same settings, and nobody in it.
 *
 * @param {string} folder
 */
export async function startPostgres(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const postgres = await EmbeddedPostgres.start({ dataDir: join(folder, 'data'), log: () => undefined });
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => undefined);
  await client.connect();
  /** @type {pg.Client[]} */
  const clients = [];
  return {
    /** @param {string} name */
    makeDatabase: async (name) => {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      const inside = new pg.Client({ connectionString: url.href });
      inside.on('error', () => undefined);
      await inside.connect();
      clients.push(inside);
      return url.href;
    },
    /** What one round left behind is not the next one's to clear away. */
    tidy: async () => {
      for (const inside of clients) await inside.query('VACUUM ANALYZE');
      await client.query('CHECKPOINT');
    },
    stop: async () => {
      for (const inside of clients) await inside.end().catch(() => undefined);
      await client.end().catch(() => undefined);
      await postgres.stop();
    },
  };
}
