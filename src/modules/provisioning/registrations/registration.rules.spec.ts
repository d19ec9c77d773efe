import { describe, expect, it } from '@jest/globals';
import { reregistrations } from '../keys/provisioning-key.contract.js';
import { outcomeOf } from './registration.rules.js';

describe('outcomeOf', () => {
  it.each(reregistrations)('%s: serves a new device, and one that lost an answer', (policy) => {
    expect(outcomeOf(null, policy)).toBe('first');
    expect(outcomeOf({ holdsKey: true, isOpen: true }, policy)).toBe('same');
    expect(outcomeOf({ holdsKey: true, isOpen: false }, policy)).toBe('same');
    expect(outcomeOf({ holdsKey: false, isOpen: true }, policy)).toBe('repeat');
  });

  it.each([
    ['refuse', 'refused'],
    ['rotate', 'anew'],
    ['return', 'returned'],
  ] as const)('%s: a device that has used its key is %s', (policy, outcome) => {
    expect(outcomeOf({ holdsKey: false, isOpen: false }, policy)).toBe(outcome);
  });
});
