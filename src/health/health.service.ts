import { Injectable, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { Settings } from '../core/config/settings.js';
import { HotPool } from '../core/database/hot-pool.js';
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
    private readonly settings: Settings,
  ) {}

  /** Everything that is watched. A schema that lags behind, as it does during an update, is no reason to be restarted. */
  health(): Promise<HealthReport> {
    return this.report([() => this.database(), () => this.schema('degraded')]);
  }

  /** What this role cannot work without: an api process must be able to store, a worker needs the whole schema as well. */
  readiness(): Promise<HealthReport> {
    const schema = this.settings.role === 'api' ? [] : [() => this.schema('down')];
    return this.report([() => this.database(), ...schema]);
  }

  private async report(indicators: (() => Promise<HealthIndicatorResult>)[]): Promise<HealthReport> {
    try {
      return reportOf(await this.checks.check(indicators));
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return reportOf(error.getResponse() as HealthCheckResult);
      throw error;
    }
  }

  private async database(): Promise<HealthIndicatorResult> {
    const attempt = await this.indicators
      .check('database')
      .attempt(async () => {
        await this.hotPool.query('SELECT 1');
      })
      .withTimeout(timeoutMs);
    // The driver's text names hosts and users, and anybody may read this.
    return attempt.database.status === 'up' ? attempt : this.indicators.check('database').down('does not answer');
  }

  private async schema(whenBehind: 'degraded' | 'down'): Promise<HealthIndicatorResult> {
    try {
      const missing = await this.schemaState.missing();
      if (missing === 0) return this.indicators.check('schema').up();
      return this.behind(whenBehind, `${missing} migrations have not run`);
    } catch {
      return this.behind(whenBehind, 'whether all migrations have run cannot be read');
    }
  }

  private behind(how: 'degraded' | 'down', reason: string): HealthIndicatorResult {
    const indicator = this.indicators.check('schema');
    return how === 'down' ? indicator.down(reason) : indicator.degraded(reason);
  }
}
