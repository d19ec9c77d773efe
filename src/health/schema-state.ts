import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { HotPool } from '../core/database/hot-pool.js';

const migrationsDir = join(import.meta.dirname, '../../migrations');

/** Knows whether the database has the schema that this version was written for. */
@Injectable()
export class SchemaState {
  private isComplete = false;

  constructor(private readonly hotPool: HotPool) {}

  /** How many of this version's migrations have not run. Once it is none, it stays so. */
  async missing(timeoutMs: number): Promise<number> {
    if (this.isComplete) return 0;
    const ran = await this.hotPool.query<{ timestamp: string }>(
      'SELECT timestamp::text FROM migrations',
      undefined,
      timeoutMs,
    );
    const known = new Set(ran.map(({ timestamp }) => timestamp));
    const files = await readdir(migrationsDir);
    const own = files.flatMap((file) => /^(\d+)-.*\.js$/.exec(file)?.[1] ?? []);
    const missing = own.filter((timestamp) => !known.has(timestamp)).length;
    this.isComplete = missing === 0;
    return missing;
  }
}
