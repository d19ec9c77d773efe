import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Settings, type MqttSettings } from '../config/settings.js';
import { EventBus } from '../events/event-bus.js';
import { endsWithin } from '../time/ends-within.js';
import { NoticeBroker } from './notice-broker.js';
import { NoticeMetrics } from './notice-metrics.js';
import { NoticeOwed } from './notice-owed.event.js';
import { topicOf } from './notice.js';
import { NoticesRepository, type ClaimedNotice } from './notices.repository.js';

/** Polling is the truth: notices of other processes, and of those that died. The bus only makes ours sooner. */
const pollMs = 1_000;
/** After a failure; then twice as long each time, up to the most. */
const leastPauseMs = 500;
const mostPauseMs = 8_000;
/** Some five minutes of a broker that stays away. */
const saidEvery = 40;
const drainMs = 2_000;

/** Sends what the broker is owed, on every process that works. */
@Injectable()
export class NoticeSender implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(NoticeSender.name);
  private readonly mqtt: MqttSettings | undefined;
  private broker: NoticeBroker | undefined;
  private sending: Promise<void> | undefined;
  private isAsked = false;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failures = 0;
  private pausedUntilMs = 0;

  constructor(
    private readonly notices: NoticesRepository,
    private readonly bus: EventBus,
    private readonly metrics: NoticeMetrics,
    private readonly settings: Settings,
  ) {
    this.mqtt = settings.role === 'api' ? undefined : settings.mqtt;
  }

  onModuleInit(): void {
    // Not awaited: whoever waits for the bus to settle does not wait for somebody's broker.
    this.bus.on(NoticeOwed, NoticeSender.name, () => void this.send());
  }

  onApplicationBootstrap(): void {
    if (this.mqtt === undefined) return;
    this.timer = setInterval(() => void this.send(), pollMs);
    this.timer.unref();
    void this.send();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    if (this.sending !== undefined) await endsWithin(this.sending, drainMs);
    const { broker } = this;
    if (broker !== undefined) await endsWithin(broker.end(broker.isOpen ? 'kindly' : 'at once'), drainMs);
  }

  /** One at a time; asked meanwhile, it looks once more. */
  private async send(): Promise<void> {
    if (this.mqtt === undefined) return;
    this.isAsked = true;
    this.sending ??= this.sendWhileAsked(this.mqtt).finally(() => {
      this.sending = undefined;
    });
    await this.sending;
  }

  private async sendWhileAsked(mqtt: MqttSettings): Promise<void> {
    while (this.isAsked && !this.stopped && performance.now() >= this.pausedUntilMs) {
      this.isAsked = false;
      await this.sendAll(mqtt);
    }
  }

  private async sendAll(mqtt: MqttSettings): Promise<void> {
    try {
      // Nothing is claimed that could not be sent.
      while (!this.stopped) {
        if (this.failures > 0) await this.connected(mqtt);
        const owed = await this.notices.claim();
        if (owed.length === 0) break;
        await this.sendSome(mqtt, owed);
      }
      this.failures = 0;
    } catch (error) {
      this.pause(error);
    }
  }

  private async sendSome(mqtt: MqttSettings, owed: readonly ClaimedNotice[]): Promise<void> {
    const unsent = new Set(owed);
    try {
      const broker = await this.connected(mqtt).catch((error: unknown) => {
        for (const { kind } of owed) this.metrics.failed(kind);
        throw error;
      });
      const results = await Promise.allSettled(
        owed.map(async (notice) => {
          await this.publish(broker, mqtt, notice);
          unsent.delete(notice);
        }),
      );
      const failure = results.find((result) => result.status === 'rejected');
      if (failure !== undefined) throw failure.reason;
    } finally {
      await this.notices.settle(owed.filter((notice) => !unsent.has(notice)));
      await this.notices.giveBack([...unsent]);
    }
  }

  private async publish(broker: NoticeBroker, { prefix }: MqttSettings, notice: ClaimedNotice): Promise<void> {
    const { kind, filename, tenant } = notice;
    const topic = topicOf(prefix, kind, tenant === this.settings.defaultTenant ? undefined : tenant);
    const beganAtMs = performance.now();
    try {
      await broker.publish(topic, JSON.stringify({ filename }));
      this.metrics.sent(kind, performance.now() - beganAtMs);
    } catch (error) {
      this.metrics.failed(kind);
      throw error;
    }
  }

  private async connected(mqtt: MqttSettings): Promise<NoticeBroker> {
    if (this.broker?.isOpen === true) return this.broker;
    this.broker = undefined;
    this.broker = await NoticeBroker.connect(mqtt);
    this.metrics.connected(true);
    this.broker.onLost(() => {
      this.metrics.connected(false);
    });
    return this.broker;
  }

  /** An operator's broker that is away, or the database: neither is worth knocking at many times a second. */
  private pause(error: unknown): void {
    this.failures += 1;
    const pauseMs = Math.min(mostPauseMs, leastPauseMs * 2 ** (this.failures - 1));
    this.pausedUntilMs = performance.now() + pauseMs;
    if (this.failures % saidEvery === 1)
      this.logger.warn({ err: error, failures: this.failures }, 'the broker could not be told; it is tried again');
    void this.broker?.end('at once').catch(() => undefined);
    this.broker = undefined;
  }
}
