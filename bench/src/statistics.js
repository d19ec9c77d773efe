/**
 * The value below which a share of the values lies; between two of them it is interpolated.
 *
 * @param {readonly number[]} sorted ascending
 * @param {number} share 0 … 1
 */
export function quantile(sorted, share) {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** @param {readonly number[]} values */
export function median(values) {
  return quantile(ascending(values), 0.5);
}

/**
 * One side beside another: the ratio of the medians, and how far the rounds differ among themselves. A round's ratio is
 * taken within the round, where the machine was as busy for both.
 *
 * @param {readonly number[]} ours one value a round
 * @param {readonly number[]} theirs the same rounds
 */
export function ratioOf(ours, theirs) {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} rounds beside ${theirs.length}`);
  const inRounds = ascending(ours.map((value, round) => value / theirs[round]));
  return { ratio: median(ours) / median(theirs), least: inRounds[0] ?? NaN, most: inRounds.at(-1) ?? NaN };
}

/** The order of sides in a round: another one begins each time, so that no side always follows the same one.
 * @template T
 * @param {readonly T[]} sides
 * @param {number} round from 0
 */
export function orderOf(sides, round) {
  const turn = round % sides.length;
  return [...sides.slice(turn), ...sides.slice(0, turn)];
}

/** @param {readonly number[]} values */
function ascending(values) {
  return values.toSorted((a, b) => a - b);
}
