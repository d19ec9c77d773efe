import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isDatabaseAway } from '../../../core/database/database-away.js';
import type { HeldPlaces } from '../../../core/queue/held-places.js';
import { Queue } from '../../../core/queue/queue.js';
import { DeviceContexts } from '../device-contexts.service.js';
import type { DeviceEvent, Receipt } from './device-event.contract.js';
import { EventReaderService } from './event-reader.service.js';
import type { JournalRow } from './journal.statement.js';

/** A message on its way into the table, and the row that is made of it. */
export interface Handed {
  row: JournalRow;
  event: DeviceEvent;
}

/**
 * Lets messages go on in the process that stores them: their jobs are inserted under its lease, and their bodies stay in
 * memory. As many as there are free slots; the others are claimed by whoever has one.
 */
@Injectable()
export class JournalHandover {
  constructor(
    private readonly queue: Queue,
    private readonly reader: EventReaderService,
    private readonly contexts: DeviceContexts,
  ) {}

  /** Stores by `store`, whose rows may now say who holds their jobs, and goes on with what was stored. */
  async around(handed: readonly Handed[], store: () => Promise<Receipt[]>): Promise<Receipt[]> {
    const places = this.queue.holdPlaces('events', handed.length);
    if (places === undefined) return store();
    const held = handed.slice(0, places.count);
    for (const { row, event } of held) {
      this.contexts.foresee(event);
      row.worker_id = places.workerId;
      row.lease_token = randomUUID();
    }
    try {
      const receipts = await store();
      this.goOn(places, held, receipts);
      return receipts;
    } catch (error) {
      for (const { row } of held) row.worker_id = row.lease_token = null;
      // They may be leased to this process although nobody heard of it.
      if (isDatabaseAway(error)) this.queue.doubt();
      throw error;
    } finally {
      places.end();
    }
  }

  private goOn(places: HeldPlaces, held: readonly Handed[], receipts: readonly Receipt[]): void {
    held.forEach(({ row, event }, index) => {
      const receipt = receipts[index];
      if (receipt?.eventId !== row.id || receipt.deviceId === null || row.lease_token === null) return;
      const { tenantId, source, fCnt, fPort, body, json, error } = event;
      this.reader.hand({
        ...{ id: row.id, tenantId, deviceId: receipt.deviceId, source, event: event.event, time: row.time },
        ...{ fCnt, fPort, body, error, ...(json === undefined ? {} : { json }) },
      });
      places.run({
        id: row.id,
        tenantId,
        laneId: tenantId,
        kind: 'process-event',
        payload: null,
        leaseToken: row.lease_token,
      });
    });
  }
}
