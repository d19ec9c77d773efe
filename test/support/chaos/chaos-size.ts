/** The whole run that the promises speak of, or the short one that every change is held to. */
const full = process.env['CHAOS'] === 'full';

/**
 * How much of one fault a run injects: what the variable says, else by the kind of run.
 *
 * @example
 * const kills = chaosSize('CHAOS_KILLS', { short: 2, full: 50 });
 */
export function chaosSize(variable: string, { short, full: whole }: { short: number; full: number }): number {
  const given = process.env[variable];
  if (given === undefined || given === '') return full ? whole : short;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1) throw new Error(`${variable} must be a whole number from 1 on`);
  return size;
}

/** Whether what takes long, or measures time, belongs to this run. */
export const isFullChaos = full;
