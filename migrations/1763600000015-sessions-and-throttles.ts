import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions that are refreshed, attempts that are counted, signing keys that are announced, API keys that say when they were used. */
export class SessionsAndThrottles1763600000015 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // Nullable where a process of the version before, which knows none of them, still opens sessions.
    await runner.query(`
      ALTER TABLE sessions
        ADD COLUMN remembered boolean NOT NULL DEFAULT false,
        ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN refreshed_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN refresh_generation integer NOT NULL DEFAULT 0,
        ADD COLUMN refresh_salt bytea,
        ADD COLUMN refresh_hash bytea,
        ADD COLUMN address text,
        ADD COLUMN user_agent text`);
    await runner.query(`UPDATE sessions SET authenticated_at = created_at, refreshed_at = created_at`);
    // For the purge alone.
    await runner.query(`CREATE INDEX "IDX_sessions_expires_at" ON sessions (expires_at)`);

    // No tenant and no foreign key: attempts are counted before anybody knows whose they are. The key is a keyed hash, so
    // that the table does not tell what was typed into a login, which may be a password.
    await runner.query(`
      CREATE TABLE throttles (
        key bytea NOT NULL,
        count double precision NOT NULL,
        counted_at timestamptz NOT NULL,
        blocked_until timestamptz NOT NULL,
        CONSTRAINT "PK_throttles" PRIMARY KEY (key)
      )`);
    await runner.query(`CREATE INDEX "IDX_throttles_counted_at" ON throttles (counted_at)`);

    await runner.query(`ALTER TABLE signing_keys ADD COLUMN activates_at timestamptz NOT NULL DEFAULT now()`);
    await runner.query(`UPDATE signing_keys SET activates_at = created_at`);
    // In no index, so that the write stays inside its page.
    await runner.query(`ALTER TABLE api_keys ADD COLUMN last_used_at timestamptz`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_keys DROP COLUMN last_used_at`);
    await runner.query(`ALTER TABLE signing_keys DROP COLUMN activates_at`);
    await runner.query(`DROP TABLE throttles`);
    await runner.query(`
      ALTER TABLE sessions
        DROP COLUMN remembered, DROP COLUMN authenticated_at, DROP COLUMN refreshed_at, DROP COLUMN refresh_generation,
        DROP COLUMN refresh_salt, DROP COLUMN refresh_hash, DROP COLUMN address, DROP COLUMN user_agent`);
    await runner.query(`DROP INDEX "IDX_sessions_expires_at"`);
  }
}
