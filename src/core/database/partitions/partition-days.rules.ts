/*
 * A day is the milliseconds of its midnight, in UTC: partitions must have the same bounds whatever zone a server is in.
 */

export const dayMs = 86_400_000;

/** So many days of a maintenance that cannot run leave every write with a partition of its own. */
const daysAhead = 7;

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs) * dayMs;
}

/** The days that must have partitions; yesterday too, for messages that waited and for servers whose clocks are behind. */
export function daysToHave(nowMs: number): number[] {
  const first = dayOf(nowMs) - dayMs;
  return Array.from({ length: daysAhead + 2 }, (_, index) => first + index * dayMs);
}

/** Of the day before this one even the last message is past retention. */
export function oldestKeptDay(nowMs: number, retentionDays: number): number {
  return dayOf(nowMs - retentionDays * dayMs);
}

/** `device_events_p20261120` */
export function partitionName(table: string, day: number): string {
  return `${table}_p${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** The day of a partition; null for one that is not of a day, as the default is. */
export function dayOfPartition(table: string, partition: string): number | null {
  if (!partition.startsWith(`${table}_p`)) return null;
  const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(partition.slice(table.length + 2));
  return digits === null ? null : Date.UTC(Number(digits[1]), Number(digits[2]) - 1, Number(digits[3]));
}
