import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { idAfter, idFloor } from '../../../core/ids/uuid-v7.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { unpack } from '../../../core/packing/packed.js';
import { Clock } from '../../../core/time/clock.js';
import { readingsOf } from '../journal/envelope/envelope.contract.js';
import { SeriesFoldRepository, type DayPart, type EventToFold, type Lacking } from './series-fold.repository.js';
import {
  maxKeysPerDevice,
  merged,
  numbersIn,
  partsOf,
  pointsByKeyAndDay,
  type DayPoints,
} from './series-points.rules.js';

const everyMs = 60_000;
/** A day row is written whole: so long at least its next points are gathered, unless somebody asks for them. */
const gatherMs = 10 * 60_000;
const devicesAtOnce = 500;
const eventsAtOnce = 1_000;
/** While somebody waits for an answer. */
const roundsAtOnce = 10;
const eventsWithReadings = new Set(['up', 'telemetry']);

/**
 * Moves readings from committed events into the series: now and then for all devices, and for those that somebody looks
 * at, at once. Folding the same event twice changes nothing, so a crash costs only the work.
 */
@Injectable()
export class SeriesFold implements OnModuleInit {
  constructor(
    private readonly repository: SeriesFoldRepository,
    private readonly transactions: Transactions,
    private readonly maintenance: Maintenance,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.maintenance.register({ name: 'series', everyMs, run: () => this.foldAll() });
  }

  /** Up to the present, as far as that is done soon; the rest follows by itself. */
  async catchUp(tenantId: string, deviceIds: readonly string[]): Promise<void> {
    for (let round = 0; round < roundsAtOnce; round += 1) {
      const lacking = await this.repository.lackingOf(tenantId, deviceIds);
      if (lacking.length === 0) return;
      for (const device of lacking) await this.fold(device);
    }
  }

  private async foldAll(): Promise<void> {
    const beforeId = idFloor(this.clock.nowMs() - gatherMs);
    for (;;) {
      const lacking = await this.repository.lackingBefore(beforeId, devicesAtOnce);
      let advanced = 0;
      for (const device of lacking) advanced += (await this.fold(device)) ? 1 : 0;
      if (advanced === 0) return;
    }
  }

  /** The next events of one device, in order. False: others were at it, or wrote meanwhile; nothing is lost by it. */
  private async fold(device: Lacking): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const from = await this.repository.lock(tx, device);
      if (from === null) return false;
      const events = await this.repository.events(tx, from, eventsAtOnce);
      await this.keep(tx, from, events);
      const lastRead = events.length === eventsAtOnce ? (events.at(-1)?.id ?? from.last) : from.last;
      return this.repository.advance(tx, from, events, lastRead, idAfter(lastRead));
    });
  }

  private async keep(tx: Tx, device: Lacking, events: readonly EventToFold[]): Promise<void> {
    const samples = events
      .filter(({ event }) => eventsWithReadings.has(event))
      .map(({ event, time, body, decoded }) => ({
        timeMs: time.getTime(),
        values: numbersIn(decoded ?? readingsOf({ event, body: unpack(body) })),
      }));
    const byKey = pointsByKeyAndDay(samples);
    if (byKey.size === 0) return;
    const keyIds = await this.repository.keyIds(tx, device, [...byKey.keys()], maxKeysPerDevice);
    const added = [...byKey].flatMap(([key, days]) => {
      const keyId = keyIds.get(key);
      return keyId === undefined ? [] : [...days].map(([day, points]) => ({ keyId, day, points }));
    });
    const lastParts = await this.repository.lastParts(tx, device, added);
    await this.repository.write(
      tx,
      device,
      added.flatMap((one) => partsWith(lastParts, one)),
    );
  }
}

/** What is added goes into the day's last part, and what does not fit there into further ones. */
function partsWith(lastParts: readonly DayPart[], added: { keyId: number; day: number; points: DayPoints }): DayPart[] {
  const { keyId, day, points } = added;
  const last = lastParts.find((part) => part.keyId === keyId && part.day === day);
  const all = last === undefined ? points : merged(last, points);
  return partsOf(all).map((part, index) => ({ ...part, keyId, day, part: (last?.part ?? 0) + index }));
}
