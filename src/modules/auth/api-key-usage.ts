import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../core/time/clock.js';
import { ApiKeysRepository } from './api-keys.repository.js';

const writtenEveryMs = 60_000;

/** Remembers when keys are used and writes it down once a minute: ten thousand uplinks a second must not wait for it. */
@Injectable()
export class ApiKeyUsage implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ApiKeyUsage.name);
  private uses = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), writtenEveryMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  /** On the way of every request with a key: nothing but memory. */
  note(apiKeyId: string): void {
    this.uses.set(apiKeyId, this.clock.nowMs());
  }

  /** Runs each minute by itself; tests call it instead of waiting. */
  async write(): Promise<void> {
    const uses = this.uses;
    if (uses.size === 0) return;
    this.uses = new Map();
    try {
      await this.keys.saveUses(uses);
    } catch (error) {
      // What was noted since then is newer.
      this.uses = new Map([...uses, ...this.uses]);
      this.logger.warn({ err: error }, 'when API keys were last used could not be written; it is tried again');
    }
  }
}
