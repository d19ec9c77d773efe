import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of people whom an OIDC issuer vouches for, and of what they switched to: the issuer's token says how long. */
export class SessionsOfIssuers1763600000036 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions
        ADD COLUMN oidc_key bytea,
        ADD COLUMN ends_by timestamptz,
        ADD CONSTRAINT "UQ_sessions_oidc_key" UNIQUE (oidc_key)`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    // The version before knows no end but its own: these would live on.
    await runner.query(`DELETE FROM sessions WHERE ends_by IS NOT NULL`);
    await runner.query(`ALTER TABLE sessions DROP COLUMN oidc_key, DROP COLUMN ends_by`);
  }
}
