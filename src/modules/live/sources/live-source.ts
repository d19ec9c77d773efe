import type { NewsKind } from '../../../core/news/news.sql.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { LiveItem, LiveType } from '../live-item.contract.js';

/** Of events that came this long before, runs and deliveries are still looked for when a listener comes again. */
export const lookBackMs = 2 * 60_000;

/** Shows one kind of news as its history shows it, and reads there what a listener missed. */
export interface LiveSource {
  readonly kind: NewsKind;
  readonly types: readonly LiveType[];
  /** In any order; what is not there any more is left out. */
  load(tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]>;
  /** Oldest first. */
  idsSince(tenant: Tenant, fromMs: number, limit: number): Promise<string[]>;
}
