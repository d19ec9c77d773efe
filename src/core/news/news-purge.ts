import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HotPool } from '../database/hot-pool.js';
import { Maintenance } from '../maintenance/maintenance.js';

const everyMs = 60_000;

/** Deletes news that every reader has read, and listeners that have left. */
@Injectable()
export class NewsPurge implements OnModuleInit {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly pool: HotPool,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'news', everyMs, run: () => this.purge() });
  }

  /** Readers read twice a second; one that slept through two minutes is told to begin anew. */
  private async purge(): Promise<void> {
    await this.pool.query(`DELETE FROM news WHERE made_at < now() - interval '2 minutes'`);
    await this.pool.query('DELETE FROM news_listeners WHERE listens_until < now()');
  }
}
