import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { Maintenance } from '../maintenance/maintenance.js';

const everyMs = 600_000;

/** Deletes changes that every living process has read long ago. */
@Injectable()
export class ChangesPurge implements OnModuleInit {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly pool: HotPool,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'changes', everyMs, run: () => this.purge() });
  }

  /** A process that slept through an hour has caches that are older than their 30 s, and needs no news. */
  private async purge(): Promise<void> {
    await this.pool.query(`DELETE FROM changes WHERE changed_at < now() - interval '1 hour'`);
  }
}
