import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/settings.js';
import { TokenBucket } from '../../../core/queue/token-bucket.js';
import { Clock } from '../../../core/time/clock.js';
import { TooManyMessages } from './device-key.errors.js';

const maxDevices = 100_000;

/** Holds each device to its rate, in this process: one that runs wild must not cost the others. */
@Injectable()
export class DeviceRates {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Called for whatever a device asks or tells by its own key; what weighs as much as `count` messages is taken whole, and
   * the next ones wait for it.
   *
   * @throws TooManyMessages
   */
  take(deviceId: string, count = 1): void {
    const perSecond = this.settings.deviceMessagesPerSecond;
    const nowMs = this.clock.nowMs();
    const bucket = this.buckets.get(deviceId) ?? new TokenBucket(perSecond, nowMs);
    // Whoever was heard longest ago leaves first.
    this.buckets.delete(deviceId);
    this.buckets.set(deviceId, bucket);
    const oldest = this.buckets.keys().next().value;
    if (this.buckets.size > maxDevices && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.available(nowMs) < 1) throw new TooManyMessages(perSecond);
    for (let taken = 0; taken < count; taken += 1) bucket.take(nowMs);
  }
}
