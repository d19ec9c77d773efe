import { Injectable } from '@nestjs/common';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import {
  Channels,
  type AttemptOutcome,
  type DisabledReason,
  type OutboundMessage,
  type Preview,
} from '../../runs/channels/channels.service.js';
import { EntityChannel } from '../../runs/channels/entity-channel.contract.js';
import { StoragesService } from '../storages.service.js';
import { InfluxWriter } from './influx.writer.js';
import { PostgresWriter } from './postgres.writer.js';
import { isInflux, type ReadyStorage } from './storage-target.js';
import { StorageTargets } from './storage-targets.js';

/** Carries the messages of `storage` nodes: makes each a point and hands it to the writer of its storage's type. */
@Injectable()
export class StorageChannel extends EntityChannel<ReadyStorage> {
  readonly nodeType = 'storage';

  constructor(
    channels: Channels,
    targets: StorageTargets,
    private readonly storages: StoragesService,
    private readonly influx: InfluxWriter,
    private readonly postgres: PostgresWriter,
  ) {
    super(channels, targets);
  }

  async disable(tenant: Tenant, entityId: string, reason: DisabledReason): Promise<void> {
    await this.storages.disable(tenant, entityId, reason);
  }

  protected async hand(target: ReadyStorage, message: OutboundMessage, signal: AbortSignal): Promise<AttemptOutcome> {
    const point = target.points.make(message);
    if ('code' in point) return point;
    return isInflux(target) ? this.influx.write(target, point, signal) : this.postgres.write(target, point, signal);
  }

  protected show(target: ReadyStorage, message: OutboundMessage): Preview {
    const point = target.points.make(message);
    if ('code' in point) return { request: null, failure: point };
    return isInflux(target) ? this.influx.preview(target, point) : this.postgres.preview(target, point);
  }
}
