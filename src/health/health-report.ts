import type { HealthCheckResult } from '@nestjs/terminus';

/** How this process is, in the words of the API. */
export interface HealthReport {
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** Why it is not healthy. */
  reason?: string;
  checks: Record<string, 'up' | 'degraded' | 'down'>;
  /** What waits on this server's disk for the database. Absent where nothing does. */
  spool?: { records: number; bytes: number; oldest_age_seconds: number };
}

export function reportOf({ status, details }: HealthCheckResult): HealthReport {
  const checks = Object.fromEntries(Object.entries(details).map(([name, check]) => [name, check.status]));
  const reasons = Object.entries(details)
    .filter(([, check]) => check.status !== 'up')
    .map(([name, check]) => `${name}: ${'message' in check ? String(check['message']) : check.status}`);
  if (status === 'shutting_down') return { status: 'unhealthy', reason: 'the server is shutting down', checks };
  if (status === 'ok') return { status: 'healthy', checks };
  return { status: status === 'degraded' ? 'degraded' : 'unhealthy', reason: reasons.join('; '), checks };
}
