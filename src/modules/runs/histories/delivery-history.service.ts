import { Injectable } from '@nestjs/common';
import type { CursorPage } from '../../../core/http/paging/cursor-page.js';
import { readHistory } from '../../../core/http/paging/read-history.js';
import { RecentFirst } from '../../../core/http/paging/recent-first.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import type { DestinationRef } from '../channels/channels.service.js';
import { DeliveryHistoryRepository, type DeliveryScope } from './delivery-history.repository.js';
import type { DeliveryRow } from './delivery-history.sql.js';
import { DeliveryResponse } from './dto/delivery-history.response.js';
import type { ListDeliveryHistoryQuery } from './dto/list-delivery-history.query.js';
import { DeliveryNotFound } from './history.errors.js';
import { HistorySubjectsRepository } from './history-subjects.repository.js';
import { messageOf } from './packed-message.js';
import { RunInputsService } from './run-inputs.service.js';

/** How one delivery and its message are shown: the class of the answer. */
type Shown<Entry> = new (row: DeliveryRow, message: unknown) => Entry;

/** Shows people what was delivered, what waits and what failed. */
@Injectable()
export class DeliveryHistoryService {
  constructor(
    private readonly deliveries: DeliveryHistoryRepository,
    private readonly subjects: HistorySubjectsRepository,
    private readonly inputs: RunInputsService,
    private readonly recent: RecentFirst,
  ) {}

  async list<Entry>(
    tenant: Tenant,
    scope: DeliveryScope,
    query: ListDeliveryHistoryQuery,
    shown: Shown<Entry>,
  ): Promise<CursorPage<Entry>> {
    return readHistory(query, {
      read: (slice) => this.recent.read(slice, (part) => this.deliveries.list(tenant, scope, query, part)),
      keyOf: ({ id }) => ({ id, seq: 0 }),
      show: (rows) => this.show(tenant, rows, shown),
      count: () => this.deliveries.count(tenant, scope, query),
    });
  }

  /** Throws where there never was such a destination; one that is deleted still has its history. */
  async listOf<Entry>(
    tenant: Tenant,
    destination: DestinationRef,
    query: ListDeliveryHistoryQuery,
    shown: Shown<Entry>,
  ): Promise<CursorPage<Entry>> {
    await this.subjects.assertKnown(tenant, destination.type, destination.id);
    return this.list(tenant, destination, query, shown);
  }

  async get<Entry>(
    tenant: Tenant,
    destination: DestinationRef,
    deliveryId: string,
    shown: Shown<Entry>,
  ): Promise<Entry> {
    const row = await this.deliveries.find(tenant, destination, deliveryId);
    const [entry] = await this.show(tenant, row === null ? [] : [row], shown);
    if (entry !== undefined) return entry;
    await this.subjects.assertKnown(tenant, destination.type, destination.id);
    throw new DeliveryNotFound(destination.type);
  }

  /** Those of the ids that are deliveries of the tenant, at their end. */
  async getManyEnded(tenant: Tenant, ids: readonly string[]): Promise<DeliveryResponse[]> {
    return this.show(tenant, await this.deliveries.findManyEnded(tenant, ids), DeliveryResponse);
  }

  /** The ids of deliveries that have failed since then, of events that came since a little before. */
  async idsFailedSince(tenant: Tenant, fromMs: number, eventsFromMs: number, limit: number): Promise<string[]> {
    return this.deliveries.idsFailedSince(tenant, fromMs, eventsFromMs, limit);
  }

  /** What waits has its message with it, and outlives the retention of its run; what ended refers to its run's. */
  private async show<Entry>(tenant: Tenant, rows: readonly DeliveryRow[], Entry: Shown<Entry>): Promise<Entry[]> {
    const ended = rows.filter((row) => row.payload === null);
    const inputs = await this.inputs.load(tenant, ended);
    return rows.map((row) => new Entry(row, row.payload === null ? inputs.of(row) : messageOf(row.payload)));
  }
}
