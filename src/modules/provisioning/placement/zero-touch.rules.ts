import type { Reregistration } from '../keys/provisioning-key.contract.js';
import { outcomeOf, type KnownRegistration } from '../registrations/registration.rules.js';

/** What is known of a device that is found again. */
export interface FoundDevice extends KnownRegistration {
  /** It registered with the same provisioning key before. */
  isRegistered: boolean;
  /** It has keys of its own that are good. */
  hasKeys: boolean;
}

/**
 * What the registration of a device that is there comes to:
 * - `adopted`: its first with this provisioning key
 * - `same`: nothing changes; it is told its access token
 * - `repeat`, `anew`: it brings another key of its own, which takes the place of the one it brought before
 * - `refused`
 */
export type PlacedOutcome = 'adopted' | 'same' | 'repeat' | 'anew' | 'refused';

/**
 * A device that is placed is known by its access token, which it is told each time: so whatever the policy it is served,
 * and never with a bearer key. The policy is for devices that bring another key than they have.
 */
export function placedOutcomeOf(device: FoundDevice, bringsKey: boolean, policy: Reregistration): PlacedOutcome {
  if (!device.isRegistered && (!bringsKey || !device.hasKeys)) return 'adopted';
  if (!bringsKey) return 'same';
  const outcome = outcomeOf(device, policy);
  return outcome === 'first' || outcome === 'returned' ? 'same' : outcome;
}
