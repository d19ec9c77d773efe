import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DeviceStatus } from '../device-state.entity.js';

export type StatusCounts = Partial<Record<DeviceStatus, number>>;

/** Counts the devices of all tenants, for metrics alone. */
@Injectable()
export class StatusCountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async count(): Promise<StatusCounts> {
    const rows = await this.dataSource.query<{ status: DeviceStatus; devices: number }[]>(
      'SELECT status, count(*)::int AS devices FROM device_state GROUP BY status',
    );
    return Object.fromEntries(rows.map(({ status, devices }) => [status, devices]));
  }
}
