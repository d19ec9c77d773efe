import { describe, expect, it } from '@jest/globals';
import { reregistrations } from '../keys/provisioning-key.contract.js';
import { placedOutcomeOf } from './zero-touch.rules.js';

const made = { isRegistered: false, hasKeys: false, holdsKey: false, isOpen: false };
const registered = { isRegistered: true, hasKeys: true, holdsKey: false, isOpen: false };

describe('placedOutcomeOf', () => {
  it.each(reregistrations)('%s: takes in a device that somebody made', (policy) => {
    expect(placedOutcomeOf(made, false, policy)).toBe('adopted');
    expect(placedOutcomeOf(made, true, policy)).toBe('adopted');
    expect(placedOutcomeOf({ ...made, hasKeys: true }, false, policy)).toBe('adopted');
  });

  it.each(reregistrations)('%s: serves a device again that brings no key', (policy) => {
    expect(placedOutcomeOf(registered, false, policy)).toBe('same');
    expect(placedOutcomeOf({ ...registered, isOpen: true }, false, policy)).toBe('same');
  });

  it.each(reregistrations)('%s: knows a device by the key it brings, or by one it never used', (policy) => {
    expect(placedOutcomeOf({ ...registered, holdsKey: true }, true, policy)).toBe('same');
    expect(placedOutcomeOf({ ...registered, isOpen: true }, true, policy)).toBe('repeat');
  });

  it.each([
    ['refuse', 'refused'],
    ['rotate', 'anew'],
    ['return', 'same'],
  ] as const)('%s: a device that brings another key is %s', (policy, outcome) => {
    expect(placedOutcomeOf(registered, true, policy)).toBe(outcome);
    expect(placedOutcomeOf({ ...made, hasKeys: true }, true, policy)).toBe(outcome);
  });
});
