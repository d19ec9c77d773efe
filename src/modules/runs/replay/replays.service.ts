import { Injectable } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { wholeRangeOf } from '../../../core/http/paging/history-range.js';
import { idFloor, newId } from '../../../core/ids/uuid-v7.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import type { AuditSubject } from '../../auth/audit/audit-entry.contract.js';
import { AuditService } from '../../auth/audit/audit.service.js';
import type { DestinationRef } from '../channels/channels.service.js';
import { SubjectNotFound } from '../histories/history.errors.js';
import type { ListReplaysQuery } from './dto/list-replays.query.js';
import type { ReplayDeliveriesRequest } from './dto/replay-deliveries.request.js';
import { finishedStatuses, type FinishedStatus, type Replay } from './replay.js';
import {
  DeliveryMessageExpired,
  DeliveryStillWaits,
  DestinationDeleted,
  NoSuchDelivery,
  ReplayNotFound,
} from './replay.errors.js';
import { ReplayMessagesService } from './replay-messages.service.js';
import { ReplayedDeliveriesRepository, type Wanted } from './replayed-deliveries.repository.js';
import { ReplaysRepository } from './replays.repository.js';

/** Makes deliveries again that have ended: one at once, many in the background. Their ids stay the same. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly replays: ReplaysRepository,
    private readonly deliveries: ReplayedDeliveriesRepository,
    private readonly messages: ReplayMessagesService,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  async replayOne(tenant: Tenant, deliveryId: string): Promise<void> {
    const delivery = await this.deliveries.find(tenant, deliveryId);
    if (delivery === null) throw new NoSuchDelivery();
    if (delivery.status === 'waiting') throw new DeliveryStillWaits();
    const { destination_type: type, destination_id: id } = delivery;
    if (!(await this.replays.isAlive(tenant, { type, id }))) throw new DestinationDeleted();
    const [wanted] = await this.messages.withMessages(tenant, [delivery]);
    const isReplayed = wanted !== undefined && (await this.transactions.run((tx) => this.moveBack(tx, tenant, wanted)));
    if (!isReplayed) await this.refuse(tenant, deliveryId);
    this.queue.hint('deliveries');
  }

  /** What ends from now on is not part of it. */
  async replayMany(tenant: Tenant, destination: DestinationRef, request: ReplayDeliveriesRequest): Promise<Replay> {
    if (!(await this.replays.isAlive(tenant, destination))) throw new SubjectNotFound(destination.type);
    const nowMs = this.clock.nowMs();
    const { floor, before } = wholeRangeOf(request);
    const id = newId(nowMs);
    const replay = {
      ...{ id, destinationId: destination.id },
      statuses: statusesOf(request),
      fromId: floor,
      beforeId: request.to === undefined ? idFloor(nowMs + 1) : before.id,
    };
    await this.transactions.run(async (tx) => {
      await this.replays.insert(tx, tenant, replay);
      await this.queue.enqueue(tx, [{ id, tenantId: tenant.id, laneId: tenant.id, kind: 'replay-deliveries' }]);
      const report = {
        [`${destination.type}_id`]: destination.id,
        statuses: replay.statuses,
        from: request.from,
        to: request.to,
      };
      await this.audit.record(tx, tenant, { action: 'replay.started', subject: subjectOf('replay', id), report });
    });
    this.queue.hint('events');
    return this.get(tenant, id);
  }

  async get(tenant: Tenant, id: string): Promise<Replay> {
    const replay = await this.replays.find(tenant, id);
    if (replay === null) throw new ReplayNotFound();
    return replay;
  }

  list(tenant: Tenant, query: ListReplaysQuery): Promise<{ rows: Replay[]; total: number }> {
    return this.replays.list(tenant, query);
  }

  /** What waits again already goes on; the rest stays as it is. The second time changes nothing. */
  async cancel(tenant: Tenant, id: string): Promise<Replay> {
    await this.transactions.run(async (tx) => {
      if (!(await this.replays.cancel(tx, tenant, id))) return;
      await this.audit.record(tx, tenant, { action: 'replay.cancelled', subject: subjectOf('replay', id) });
    });
    return this.get(tenant, id);
  }

  private async moveBack(tx: Tx, tenant: Tenant, wanted: Wanted): Promise<boolean> {
    const isMoved = await this.deliveries.replayOne(tx, tenant, wanted);
    const subject = subjectOf('delivery', wanted.id);
    if (isMoved) await this.audit.record(tx, tenant, { action: 'delivery.replayed', subject });
    return isMoved;
  }

  /** Either somebody else was faster, or there is nothing left to send. */
  private async refuse(tenant: Tenant, deliveryId: string): Promise<never> {
    const now = await this.deliveries.find(tenant, deliveryId);
    throw now?.status === 'waiting' ? new DeliveryStillWaits() : new DeliveryMessageExpired();
  }
}

/** Neither has a name. */
function subjectOf(kind: 'delivery' | 'replay', id: string): AuditSubject {
  return { kind, id, name: null };
}

/** A whole history is only replayed by who says so. */
function statusesOf({ failed, from, status }: ReplayDeliveriesRequest): FinishedStatus[] {
  if (failed !== true && from === undefined) {
    throw new ValidationFailed([{ path: 'failed', message: 'must be true, or from must say since when' }]);
  }
  if (failed === true && status !== undefined && status !== 'failed') {
    throw new ValidationFailed([{ path: 'status', message: 'contradicts failed' }]);
  }
  if (failed === true) return ['failed'];
  return status === undefined ? [...finishedStatuses] : [status];
}
