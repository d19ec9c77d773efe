import { Injectable } from '@nestjs/common';
import { idFloor, timeOf } from '../../ids/uuid-v7.js';
import { Clock } from '../../time/clock.js';
import type { HistorySlice } from './read-history.js';

/** A flow of ordinary traffic fills a page in minutes, a sensor that sends every quarter of an hour in a day. */
const nearMs = 2 * 24 * 60 * 60 * 1_000;

/**
 * Reads a slice of a history from the days before its end, and only when they do not fill it from all the days before
 * them: PostgreSQL plans each partition that a page might need, which with a month of them costs more than the page.
 */
@Injectable()
export class RecentFirst {
  constructor(private readonly clock: Clock) {}

  async read<Row>(slice: HistorySlice, read: (part: HistorySlice) => Promise<readonly Row[]>): Promise<readonly Row[]> {
    const { range, skip, limit } = slice;
    const floor = idFloor(Math.max(0, Math.min(timeOf(range.before.id), this.clock.nowMs()) - nearMs));
    // What is skipped would have to be counted.
    if (skip > 0 || floor <= range.floor) return read(slice);
    const near = await read({ range: { ...range, floor }, skip, limit });
    if (near.length >= limit) return near;
    const older = { floor: range.floor, before: { id: floor, seq: 0 } };
    return [...near, ...(await read({ range: older, skip, limit: limit - near.length }))];
  }
}
