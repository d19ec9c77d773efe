import { ClaimRefused } from './device-token.errors.js';

const tenYearsMinutes = 5_256_000;

/** Whole minutes from 1 on; null: never expires. What is wrong with it is said in document 002’s words. */
export function lifetimeMinutesOf(given: unknown): number | null {
  if (given === undefined || given === null) return null;
  const minutes = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given;
  if (!Number.isInteger(minutes)) throw new LifetimeRefused();
  return Math.min(tenYearsMinutes, Math.max(1, Number(minutes)));
}

class LifetimeRefused extends ClaimRefused {
  constructor() {
    super('lifetime_minutes must be an integer.');
  }
}
