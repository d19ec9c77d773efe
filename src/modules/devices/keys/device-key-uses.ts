import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DeviceKeysRepository } from './device-keys.repository.js';

const everyMs = 60_000;

/** Notes when keys were last used: in memory at once, in the database once a minute for all together. */
@Injectable()
export class DeviceKeyUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DeviceKeyUses.name);
  private lastUsed = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly keys: DeviceKeysRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), everyMs);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  note(id: string, at: Date): void {
    this.lastUsed.set(id, at);
  }

  /** What cannot be written is forgotten: the next use says more. */
  async flush(): Promise<void> {
    const uses = this.lastUsed;
    if (uses.size === 0) return;
    this.lastUsed = new Map();
    try {
      await this.keys.used(uses);
    } catch (error) {
      this.logger.warn({ err: error, keys: uses.size }, 'the last use of device keys could not be noted');
    }
  }
}
