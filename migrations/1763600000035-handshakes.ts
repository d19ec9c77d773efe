import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a device was first heard of by its own telemetry. Nothing is looked up for devices that have spoken before: theirs
 * is the first from now on, for all events would have to be read to know better.
 */
export class Handshakes1763600000035 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_state ADD COLUMN handshake_at timestamptz`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_state DROP COLUMN handshake_at`);
  }
}
