import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Listeners, allKnowAfterMs, listenAgainEveryMs } from '../../core/news/listeners.js';
import { News, type NewsItem, type NewsPosition } from '../../core/news/news.js';
import type { NewsKind } from '../../core/news/news.sql.js';
import type { Tenant } from '../../core/tenancy/tenant.js';
import type { LiveListener } from './live-listener.js';
import { LiveSources } from './sources/live-sources.js';
import { itemFrame } from './sse-format.rules.js';

const readEveryMs = 500;
/** News are kept for two minutes: who has not read for so long may have missed some. */
const sleptForMs = 90_000;

/**
 * Reads news, once for all listeners of this process and only while there are any, and tells each what it wants to hear.
 */
@Injectable()
export class LiveHub implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveHub.name);
  private readonly all = new Set<LiveListener>();
  /** Since when every process has been told, or will have been, that somebody listens here for the tenant. */
  private readonly listenedSinceMs = new Map<string, number>();
  private position: NewsPosition | undefined;
  private readAtMs = 0;
  private listenedAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private isStopped = false;

  constructor(
    private readonly news: News,
    private readonly listeners: Listeners,
    private readonly sources: LiveSources,
  ) {}

  /** Answers in how many ms nothing can be missed any more: until then some process may not know that somebody listens. */
  async join(listener: LiveListener): Promise<number> {
    const { tenant } = listener;
    this.position ??= await this.news.now();
    this.all.add(listener);
    if (!this.listenedSinceMs.has(tenant.id)) {
      await this.listeners.listen([tenant]);
      if (!this.listenedSinceMs.has(tenant.id)) this.listenedSinceMs.set(tenant.id, performance.now());
    }
    this.readLater();
    const sinceMs = this.listenedSinceMs.get(tenant.id) ?? performance.now();
    return Math.max(0, sinceMs + allKnowAfterMs - performance.now());
  }

  leave(listener: LiveListener): void {
    this.all.delete(listener);
    const { id } = listener.tenant;
    if (![...this.all].some(({ tenant }) => tenant.id === id)) this.listenedSinceMs.delete(id);
    if (this.all.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.position = undefined;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.reading;
  }

  private readLater(): void {
    if (this.timer !== undefined || this.isStopped) return;
    this.readAtMs = performance.now();
    this.timer = setTimeout(() => {
      this.reading = this.readOnce().finally(() => {
        this.timer = undefined;
        if (this.all.size > 0) this.readLater();
      });
    }, readEveryMs);
    this.timer.unref();
  }

  private async readOnce(): Promise<void> {
    const hasSlept = performance.now() - this.readAtMs > sleptForMs;
    try {
      await this.listenAgain();
      if (this.position === undefined) return;
      const caughtUp = [...this.all].filter(({ hasCaughtUp }) => hasCaughtUp);
      const { items, position, isCut } = await this.news.read(this.position, [...this.listenedSinceMs.keys()]);
      for (const [tenantId, ofTenant] of Map.groupBy(items, (item) => item.tenantId)) {
        await this.tell({ id: tenantId }, ofTenant);
      }
      for (const listener of caughtUp) listener.forget();
      if (this.all.size > 0) this.position = position;
      if (isCut || hasSlept) for (const listener of this.all) listener.reset('too_many');
    } catch (error) {
      this.logger.warn({ err: error }, 'news could not be read; they are read again');
    }
  }

  private async listenAgain(): Promise<void> {
    if (performance.now() - this.listenedAtMs < listenAgainEveryMs) return;
    this.listenedAtMs = performance.now();
    await this.listeners.listen([...this.listenedSinceMs.keys()].map((id) => ({ id })));
  }

  private async tell(tenant: Tenant, news: readonly NewsItem[]): Promise<void> {
    const listening = [...this.all].filter((listener) => listener.tenant.id === tenant.id);
    const wanted = new Set(listening.flatMap(({ filter }) => filter.types));
    const ids = new Map<NewsKind, string[]>();
    for (const { kind, entityId } of news) ids.set(kind, [...(ids.get(kind) ?? []), entityId]);
    const { items, isCut } = await this.sources.load(tenant, ids, wanted);
    for (const item of items) {
      const frame = itemFrame(item);
      for (const listener of listening) listener.tell(item, frame);
    }
    if (isCut) for (const listener of listening) listener.reset('too_many');
  }
}
