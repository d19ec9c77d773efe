import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { Settings } from '../core/config/settings.js';
import { HotPool } from '../core/database/hot-pool.js';
import { Clock } from '../core/time/clock.js';
import { ConfigFolder } from '../modules/configs/files/config-folder.service.js';
import { SpoolService } from '../modules/devices/journal/spool/spool.service.js';
import { reportOf, type HealthReport } from './health-report.js';
import { SchemaState } from './schema-state.js';

/** A probe gives up after a few seconds; the reason should come before that. */
const timeoutMs = 2_000;

/** Says whether this process can do its work, and if not, what is in the way. */
@Injectable()
export class HealthService {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly hotPool: HotPool,
    private readonly schemaState: SchemaState,
    private readonly spool: SpoolService,
    private readonly configFolder: ConfigFolder,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Everything that is watched. A schema that lags behind, as it does during an update, is no reason to be restarted. */
  async health(): Promise<HealthReport> {
    const report = await this.report([
      () => this.database(),
      () => this.schema('degraded'),
      ...this.spoolCheck(),
      ...this.configFolderCheck(),
    ]);
    const { records, bytes, oldestAtMs } = this.spool.depth;
    if (oldestAtMs === null) return report;
    return { ...report, spool: { records, bytes, oldest_age_seconds: (this.clock.nowMs() - oldestAtMs) / 1_000 } };
  }

  /**
   * What this role cannot work without. A process that answers requests must be able to store durably, and a spool does
   * that: a database that is away must not take every server away, and what they have spooled with them. A worker needs
   * the database and the whole schema.
   */
  readiness(): Promise<HealthReport> {
    const { role } = this.settings;
    if (role === 'api') return this.report([() => this.database()]);
    return this.report([() => this.database(), () => this.schema(role === 'worker' ? 'down' : 'down unless away')]);
  }

  private async report(
    indicators: (() => Promise<HealthIndicatorResult> | HealthIndicatorResult)[],
  ): Promise<HealthReport> {
    try {
      return reportOf(await this.checks.check(indicators));
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return reportOf(error.getResponse() as HealthCheckResult);
      throw error;
    }
  }

  private async database(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    try {
      await this.hotPool.query('SELECT 1', undefined, timeoutMs);
      return indicator.up();
    } catch {
      // The driver's text names hosts and users, and anybody may read this.
      return this.canSpool ? indicator.degraded('does not answer') : indicator.down('does not answer');
    }
  }

  private spoolCheck(): (() => HealthIndicatorResult)[] {
    const { condition, depth } = this.spool;
    const indicator = this.indicators.check('spool');
    switch (condition) {
      case 'off':
        return [];
      case 'full':
        return [() => indicator.degraded('is full')];
      case 'failing':
        return [() => indicator.degraded('cannot be written')];
      case 'ready':
        return [() => (depth.records === 0 ? indicator.up() : indicator.degraded(`${depth.records} messages wait`))];
    }
  }

  /** Only shown while something is wrong, and without the path: anybody may read this. */
  private configFolderCheck(): (() => HealthIndicatorResult)[] {
    if (this.configFolder.trouble === null) return [];
    return [() => this.indicators.check('config_folder').degraded('cannot be kept in line with the configs')];
  }

  private get canSpool(): boolean {
    return this.settings.role !== 'worker' && this.spool.condition === 'ready';
  }

  private async schema(whenBehind: 'degraded' | 'down' | 'down unless away'): Promise<HealthIndicatorResult> {
    try {
      const missing = await this.schemaState.missing(timeoutMs);
      if (missing === 0) return this.indicators.check('schema').up();
      return this.behind(whenBehind !== 'degraded', `${missing} migrations have not run`);
    } catch {
      const isDown = whenBehind === 'down' || (whenBehind === 'down unless away' && !this.canSpool);
      return this.behind(isDown, 'whether all migrations have run cannot be read');
    }
  }

  private behind(isDown: boolean, reason: string): HealthIndicatorResult {
    const indicator = this.indicators.check('schema');
    return isDown ? indicator.down(reason) : indicator.degraded(reason);
  }
}
