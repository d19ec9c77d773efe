import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices of a place in the order in which they are listed. */
export class DevicesOfPlaces1763600000032 implements MigrationInterface {
  public async up(runner: QueryRunner): Promise<void> {
    // A page of all devices below a country takes the newest few of each of its places.
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_place_id_created_at" ON devices (tenant_id, place_id, created_at, id)
       WHERE place_id IS NOT NULL AND deleted_at IS NULL`,
    );
    await runner.query(`DROP INDEX "IDX_devices_tenant_id_place_id"`);
  }

  public async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX "IDX_devices_tenant_id_place_id" ON devices (tenant_id, place_id)
       WHERE place_id IS NOT NULL AND deleted_at IS NULL`,
    );
    await runner.query(`DROP INDEX "IDX_devices_tenant_id_place_id_created_at"`);
  }
}
