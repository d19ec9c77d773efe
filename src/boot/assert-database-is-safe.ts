import pg from 'pg';
import { SettingsInvalid } from '../core/config/settings-invalid.js';
import type { Settings } from '../core/config/settings.js';

const leastVersion = 150_000;
/** With one of these off, PostgreSQL says that something is stored and may lose it in a crash. */
const mustBeOn = ['fsync', 'synchronous_commit', 'full_page_writes'];

/** Refuses a PostgreSQL on which our first promise cannot be kept: what was answered with 2xx is on disk. */
export async function assertDatabaseIsSafe(settings: Settings): Promise<void> {
  const client = new pg.Client({ connectionString: settings.databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
      [[...mustBeOn, 'server_version_num']],
    );
    const values = new Map(rows.map(({ name, setting }) => [name, setting]));
    if (Number(values.get('server_version_num')) < leastVersion) {
      throw new SettingsInvalid(['DATABASE_URL names a PostgreSQL older than 15.']);
    }
    const off = mustBeOn.filter((name) => values.get(name) === 'off');
    if (off.length > 0 && !settings.allowUnsafeDatabase) {
      throw new SettingsInvalid([
        `DATABASE_URL names a PostgreSQL with ${off.join(', ')} off: a crash would lose what was answered with success. Turn it on, or set ALLOW_UNSAFE_DATABASE=true where that does not matter.`,
      ]);
    }
  } finally {
    await client.end();
  }
}
