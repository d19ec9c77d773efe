import { Injectable, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';

/**
 * Ends connections that come back to TypeORM's pool while an answer is still outstanding, because whoever asked has
 * stopped waiting (query_timeout): the next one would wait behind it.
 */
@Injectable()
export class GivenUpConnections implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    const { driver } = this.dataSource;
    if (!('master' in driver)) return;
    (driver.master as pg.Pool).on('release', (_error, client) => {
      // The driver's own word for "nothing is under way"; a client that is ending is not put back.
      const { readyForQuery } = client as pg.PoolClient & { readyForQuery?: boolean };
      if (readyForQuery === false) void client.end().catch(() => undefined);
    });
  }
}
