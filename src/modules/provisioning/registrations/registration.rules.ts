import type { Reregistration } from '../keys/provisioning-key.contract.js';

/** What is known of the device that a registration names. */
export interface KnownRegistration {
  /** The device showed a key that is good: it is itself, and lost no more than an answer. */
  holdsKey: boolean;
  /** It registered with the same provisioning key and has not used the key it got. */
  isOpen: boolean;
}

/**
 * What a registration comes to:
 * - `first`: a device is made, with a key
 * - `same`: the device has its key; it is told so again
 * - `repeat`: it never used the key it got: it gets another one, and that one ends
 * - `anew`: it gets another key; the old one ends when the new one is used
 * - `returned`: it is told what it is, and gets no key
 * - `refused`
 */
export type Outcome = 'first' | 'same' | 'repeat' | 'anew' | 'returned' | 'refused';

const outcomes: Readonly<Record<Reregistration, Outcome>> = { refuse: 'refused', rotate: 'anew', return: 'returned' };

/** Whoever lost an answer is served whatever the policy: that is for devices that were served. */
export function outcomeOf(known: KnownRegistration | null, policy: Reregistration): Outcome {
  if (known === null) return 'first';
  if (known.holdsKey) return 'same';
  return known.isOpen ? 'repeat' : outcomes[policy];
}
