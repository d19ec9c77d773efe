import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../core/database/tx.js';
import { newId, timeOf } from '../../../core/ids/uuid-v7.js';
import { News } from '../../../core/news/news.js';
import { Queue } from '../../../core/queue/queue.js';
import type { Tenant } from '../../../core/tenancy/tenant.js';
import { Clock } from '../../../core/time/clock.js';
import { StatusChangesService } from '../journal/status-changes/status-changes.service.js';
import { AdoptionRepository } from './adoption.repository.js';

/** One batch is one short statement; more are moved by a job, batch by batch. */
const messagesAtOnce = 500;
/**
 * A message that was being stored while its device was made did not see it yet and is parked after all. No statement of
 * the journal lives longer than ten seconds, so what is looked for after a minute is all there will ever be.
 */
const stragglersAfterMs = 60_000;

export const adoptParkedKind = 'adopt-parked';

/** Small and JSON: the payload of jobs of kind `adopt-parked`. */
export interface AdoptParkedJob {
  dev_eui: string;
}

/** Moves what is parked under a DevEUI into the events of its device: the first batch at once, the rest by jobs. */
@Injectable()
export class ParkedMoves {
  constructor(
    private readonly adoptions: AdoptionRepository,
    private readonly statusChanges: StatusChangesService,
    private readonly news: News,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  /** In the transaction that makes the device: both are there, or neither, and nothing is forgotten after a crash. */
  async begin(tx: Tx, tenant: Tenant, devEui: string, deviceId: string): Promise<void> {
    const isMore = await this.batch(tx, tenant, devEui, deviceId);
    const nowMs = this.clock.nowMs();
    const job = (runAt?: Date) => ({
      id: newId(nowMs),
      tenantId: tenant.id,
      laneId: tenant.id,
      kind: adoptParkedKind,
      payload: { dev_eui: devEui } satisfies AdoptParkedJob,
      ...(runAt === undefined ? {} : { runAt }),
    });
    await this.queue.enqueue(tx, [...(isMore ? [job()] : []), job(new Date(nowMs + stragglersAfterMs))]);
  }

  /** Whether there may be more. */
  async batch(tx: Tx, tenant: Tenant, devEui: string, deviceId: string): Promise<boolean> {
    const ids = await this.adoptions.move(tx, tenant, devEui, deviceId, messagesAtOnce);
    await this.news.tell(
      tx,
      'device_event',
      ids.map((id) => ({ tenantId: tenant.id, id })),
    );
    const last = ids.at(-1);
    if (last !== undefined) await this.seen(tx, tenant, deviceId, new Date(timeOf(last)));
    return ids.length === messagesAtOnce;
  }

  private async seen(tx: Tx, tenant: Tenant, deviceId: string, at: Date): Promise<void> {
    const state = await this.adoptions.lockState(tx, deviceId);
    if (state === null) return;
    const turns = state.status === 'never_seen' || state.status === 'offline';
    await this.adoptions.seen(tx, deviceId, turns ? 'online' : state.status, at);
    if (!turns) return;
    await this.statusChanges.record(tx, [
      { tenantId: tenant.id, deviceId, from: state.status, to: 'online', reason: 'message' },
    ]);
  }
}
