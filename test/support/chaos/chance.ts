/** Of the whole run: CHAOS_SEED, else a new one, which every row names so that the run can be had again. */
export const chaosSeed = seedOf(process.env['CHAOS_SEED']);

function seedOf(given: string | undefined): number {
  if (given === undefined || given === '') return Math.floor(Math.random() * 2 ** 31);
  const seed = Number(given);
  if (!Number.isInteger(seed)) throw new Error('CHAOS_SEED must be a whole number');
  return seed;
}

/** Decides when and whom a fault meets: the same seed and scenario give the same decisions (mulberry32). */
export class Chance {
  private state: number;

  constructor(scenario: string, seed = chaosSeed) {
    this.state = Buffer.from(scenario).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed) >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  oneOf<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)];
    if (choice === undefined) throw new Error('there is nothing to choose from');
    return choice;
  }
}
