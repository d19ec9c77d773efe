import { Injectable } from '@nestjs/common';
import type { NewsKind } from '../../../core/news/news.sql.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { LiveItem, LiveType } from '../live-item.contract.js';
import { DeliveriesSource } from './deliveries.source.js';
import { DeviceEventsSource } from './device-events.source.js';
import { FlowRunsSource } from './flow-runs.source.js';
import type { LiveSource } from './live-source.js';
import { TwinChangesSource } from './twin-changes.source.js';

/** Of one kind, at once: more is not told one by one. */
const maxAtOnce = 500;
/** For one listener that comes again. */
const maxMissed = 1_000;

/** What has happened, as items; `isCut`: there was more than is told. */
export interface Told {
  items: LiveItem[];
  isCut: boolean;
}

/** Turns ids of rows into what listeners are told, each kind by its own source. */
@Injectable()
export class LiveSources {
  private readonly sources: readonly LiveSource[];

  constructor(
    events: DeviceEventsSource,
    runs: FlowRunsSource,
    deliveries: DeliveriesSource,
    twins: TwinChangesSource,
  ) {
    this.sources = [events, runs, deliveries, twins];
  }

  /** The items of news, in the order of the ids within a kind; kinds that nobody wants are not read. */
  async load(
    tenant: Tenant,
    news: ReadonlyMap<NewsKind, readonly string[]>,
    wanted: ReadonlySet<LiveType>,
  ): Promise<Told> {
    const told = await Promise.all(
      this.wanted(wanted).map(async (source) => {
        const ids = news.get(source.kind) ?? [];
        if (ids.length === 0) return { items: [], isCut: false };
        return { items: await this.inOrder(source, tenant, ids.slice(0, maxAtOnce)), isCut: ids.length > maxAtOnce };
      }),
    );
    return joined(told);
  }

  /** What the histories hold since then. */
  async since(tenant: Tenant, fromMs: number, wanted: ReadonlySet<LiveType>): Promise<Told> {
    const told = await Promise.all(
      this.wanted(wanted).map(async (source) => {
        const ids = await source.idsSince(tenant, fromMs, maxMissed + 1);
        if (ids.length > maxMissed) return { items: [], isCut: true };
        return { items: await this.inOrder(source, tenant, ids), isCut: false };
      }),
    );
    return joined(told);
  }

  /** What the histories held already: it is no news. */
  async idsSince(tenant: Tenant, fromMs: number, wanted: ReadonlySet<LiveType>): Promise<string[]> {
    const ids = await Promise.all(this.wanted(wanted).map((source) => source.idsSince(tenant, fromMs, maxMissed)));
    return ids.flat();
  }

  private wanted(types: ReadonlySet<LiveType>): LiveSource[] {
    return this.sources.filter((source) => source.types.some((type) => types.has(type)));
  }

  private async inOrder(source: LiveSource, tenant: Tenant, ids: readonly string[]): Promise<LiveItem[]> {
    const byId = new Map((await source.load(tenant, ids)).map((item) => [item.id, item]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}

function joined(told: readonly Told[]): Told {
  return { items: told.flatMap(({ items }) => items), isCut: told.some(({ isCut }) => isCut) };
}
