/**
 * A row of the report, whichever it is.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} title
 * @property {string} unit
 * @property {boolean} [lessIsBetter]
 * @property {{ name: string, median: number, rounds?: Record<string, any>[] }[]} sides
 * @property {{ of: string, over: string, ratio: number, least: number, most: number, reach?: number, beat?: number }[]} ratios
 * @property {{ name: string, bytes: number, heap: number, indexes: number }[]} [tables]
 * @property {{ reach: number, beat: number }} [limits]
 * @property {Details[]} [details] tables of the row's own, in place of the usual one
 * @property {Demand[]} [demands] figures that stand for themselves, beside nobody's
 * @property {string[]} [notes]
 * @property {{ busyMicroseconds: number, spots: { place: string, microseconds: number, share: number }[] }} [profile]
 *
 * @typedef {{ head: string[], lines: string[][] }} Details
 * @typedef {{ what: string, value: number, unit: string, reach: number, beat?: number, lessIsBetter?: boolean }} Demand
 */

/** @param {number} value */
export function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** As many digits as mean something. @param {number} value */
export function short(value) {
  return value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2);
}

/**
 * Where a value stands beside what it must reach and should beat.
 *
 * @param {number} value
 * @param {{ reach?: number, beat?: number }} goals
 * @param {boolean} [lessIsBetter]
 */
export function verdict(value, { reach, beat }, lessIsBetter = false) {
  if (reach === undefined) return '';
  const isAtLeast = (/** @type {number} */ goal) => (lessIsBetter ? value <= goal : value >= goal);
  if (beat !== undefined && isAtLeast(beat)) return 'beaten';
  return isAtLeast(reach) ? 'reached' : 'missed';
}

/** @param {Record<string, any>[]} rounds @param {(round: any) => number | undefined} pick */
export function picked(rounds, pick) {
  return rounds.map(pick).filter((/** @returns {value is number} */ value) => value !== undefined);
}
