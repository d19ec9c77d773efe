import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '../../core/database/tx.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import { PlaceUsage, type Occupants } from '../places/place-usage.service.js';

/** Tells the places which devices stand in them. */
@Injectable()
export class PlaceOccupants implements Occupants, OnModuleInit {
  constructor(
    private readonly usage: PlaceUsage,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.usage.register(this);
  }

  async countsOf(tenant: Tenant, placeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (placeIds.length === 0) return new Map();
    const rows = await this.dataSource.query<{ place_id: string; count: number }[]>(
      `SELECT place_id, count(*)::int AS count FROM devices
       WHERE tenant_id = $1 AND place_id = ANY($2::uuid[]) AND deleted_at IS NULL GROUP BY place_id`,
      [tenant.id, placeIds],
    );
    return new Map(rows.map((row) => [row.place_id, row.count]));
  }

  async countIn(tx: Tx, tenant: Tenant, placeIds: readonly string[]): Promise<number> {
    const rows = await tx.query(
      `SELECT FROM devices WHERE tenant_id = $1 AND place_id = ANY($2::uuid[]) AND deleted_at IS NULL
       ORDER BY id FOR UPDATE`,
      [tenant.id, placeIds],
    );
    return rows.length;
  }

  async moveOut(tx: Tx, tenant: Tenant, placeIds: readonly string[]): Promise<void> {
    const values = [tenant.id, placeIds];
    await tx.query('UPDATE devices SET place_id = NULL WHERE tenant_id = $1 AND place_id = ANY($2::uuid[])', values);
    await tx.query(
      'UPDATE device_profiles SET default_place_id = NULL WHERE tenant_id = $1 AND default_place_id = ANY($2::uuid[])',
      values,
    );
  }
}
