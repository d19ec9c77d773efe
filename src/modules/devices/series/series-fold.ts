import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Transactions } from '../../../core/database/transactions.js';
import type { Tx } from '../../../core/database/tx.js';
import { idAfter, idFloor } from '../../../core/ids/uuid-v7.js';
import { Maintenance } from '../../../core/maintenance/maintenance.js';
import { unpack } from '../../../core/packing/packed.js';
import { Clock } from '../../../core/time/clock.js';
import { readingsOf } from '../journal/envelope/envelope.contract.js';
import {
  keyNameOf,
  SeriesFoldRepository,
  type AddedPoints,
  type EventToFold,
  type Lacking,
  type Progress,
} from './series-fold.repository.js';
import { SeriesPartsRepository } from './series-parts.repository.js';
import { maxKeysPerDevice, numbersIn, partsWith, pointsByKeyAndDay } from './series-points.rules.js';

const everyMs = 60_000;
/** A day row is written whole: so long at least its next points are gathered, unless somebody asks for them. */
const gatherMs = 10 * 60_000;
const devicesAtOnce = 500;
/** In one transaction, of which most have an event or two: a round trip costs more than a row. */
const devicesTogether = 50;
const eventsTogether = { each: 2_000, all: 2_000 };
/** While somebody waits for an answer. */
const roundsAtOnce = 10;
const eventsWithReadings = new Set(['up', 'telemetry']);

/** What came of folding some devices. */
interface Folded {
  /** Of how many the mark was moved. */
  advanced: number;
  /** There were more events than are read at once. */
  isCut: boolean;
  /** Nothing is lacking any more. */
  isUpToDate: boolean;
}

/**
 * Moves readings from committed events into the series: now and then for all devices, and for those that somebody looks
 * at, at once. Folding the same event twice changes nothing, so a crash costs only the work; one that comes late is
 * folded by itself, whatever lies between.
 */
@Injectable()
export class SeriesFold implements OnModuleInit {
  private readonly logger = new Logger(SeriesFold.name);

  constructor(
    private readonly repository: SeriesFoldRepository,
    private readonly parts: SeriesPartsRepository,
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
      if ((await this.fold(lacking)).isUpToDate) return;
    }
  }

  private async foldAll(): Promise<void> {
    const beforeId = idFloor(this.clock.nowMs() - gatherMs);
    for (;;) {
      const lacking = await this.repository.lackingBefore(beforeId, devicesAtOnce);
      let advanced = 0;
      let together = devicesTogether;
      for (let from = 0; from < lacking.length;) {
        const { isCut, ...done } = await this.foldSome(lacking.slice(from, from + together));
        advanced += done.advanced;
        from += together;
        // Whoever has a backlog fills a transaction alone; looking at others' beside it would be for nothing.
        together = isCut ? 1 : Math.min(devicesTogether, 2 * together);
      }
      if (advanced === 0) return;
    }
  }

  /** One that cannot be folded keeps no others back. */
  private async foldSome(devices: readonly Lacking[]): Promise<Folded> {
    try {
      return await this.fold(devices);
    } catch (error) {
      const [device] = devices;
      if (devices.length === 1 && device !== undefined) {
        this.logger.error(
          { err: error, deviceId: device.deviceId },
          'the series of a device could not be brought up to date',
        );
        return { advanced: 0, isCut: false, isUpToDate: false };
      }
      let advanced = 0;
      for (const one of devices) advanced += (await this.foldSome([one])).advanced;
      return { advanced, isCut: false, isUpToDate: false };
    }
  }

  /** The next events of these devices, in order. Not advanced: others were at it, or wrote meanwhile; nothing is lost by it. */
  private async fold(devices: readonly Lacking[]): Promise<Folded> {
    return this.transactions.run(async (tx) => {
      const lacking = await this.repository.lock(tx, devices);
      if (lacking.length === 0) return { advanced: 0, isCut: false, isUpToDate: false };
      const events = await this.repository.events(tx, lacking, eventsTogether);
      await this.keep(tx, lacking, events);
      const progress = progressOf(lacking, events);
      const advanced = (await this.repository.advance(tx, progress)).size;
      const isWhole =
        progress.length === lacking.length && progress.every(({ from, lastRead }) => lastRead === from.last);
      const isCut = events.length >= eventsTogether.all;
      return { advanced, isCut, isUpToDate: isWhole && advanced === lacking.length };
    });
  }

  private async keep(tx: Tx, devices: readonly Lacking[], events: readonly EventToFold[]): Promise<void> {
    const found = devices.flatMap(({ tenantId, deviceId }) =>
      pointsOf(events.filter((event) => event.deviceId === deviceId)).map((one) => ({ tenantId, deviceId, ...one })),
    );
    if (found.length === 0) return;
    let keyIds = await this.repository.keyIds(tx, found);
    const isNew = ({ deviceId, key }: { deviceId: string; key: string }) => !keyIds.has(keyNameOf(deviceId, key));
    if (found.some(isNew)) {
      await this.repository.number(tx, found.filter(isNew), maxKeysPerDevice);
      keyIds = await this.repository.keyIds(tx, found);
    }
    const added = found.flatMap(({ days, ...of }): AddedPoints[] => {
      const keyId = keyIds.get(keyNameOf(of.deviceId, of.key));
      return keyId === undefined ? [] : [...days].map(([day, points]) => ({ ...of, keyId, day, points }));
    });
    const touched = await this.parts.touched(tx, added);
    const changed = added.flatMap(({ points, ...of }, index) => {
      const { parts, highest } = touched[index] ?? { parts: [], highest: -1 };
      return partsWith(parts, highest, points).map((part) => ({ ...of, ...part }));
    });
    if (changed.length > 0) await this.parts.write(tx, changed);
  }
}

function pointsOf(events: readonly EventToFold[]) {
  const samples = events
    .filter(({ event }) => eventsWithReadings.has(event))
    .map(({ event, time, body, decoded }) => ({
      timeMs: time.getTime(),
      values: numbersIn(decoded ?? readingsOf({ event, body: unpack(body) })),
    }));
  return [...pointsByKeyAndDay(samples)].map(([key, days]) => ({ key, days }));
}

/** Up to where each device was read. Where a limit cut the events off, whoever came after it was not read at all. */
function progressOf(devices: readonly Lacking[], events: readonly EventToFold[]): Progress[] {
  const isCut = events.length >= eventsTogether.all;
  const lastDevice = devices.findIndex(({ deviceId }) => deviceId === events.at(-1)?.deviceId);
  return devices.flatMap((from, index): Progress[] => {
    const read = events.filter(({ deviceId }) => deviceId === from.deviceId);
    const inRange = read.filter(({ id }) => from.next === null || id >= from.next);
    if (inRange.length < eventsTogether.each && !(isCut && index >= lastDevice)) {
      const after = idAfter(from.last);
      const next = from.next !== null && from.next > after ? from.next : after;
      return [{ from, read, lastRead: from.last, next, late: from.late }];
    }
    const lastRead = inRange.at(-1)?.id;
    if (lastRead === undefined) return [];
    return [{ from, read, lastRead, next: idAfter(lastRead), late: from.late }];
  });
}
