import type { FieldError } from '../../../core/errors/app-error.js';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import type { Destination, IntegrationType } from './integration-config.js';
import { partSecrets } from './secrets.rules.js';
import { parseHttpConfig } from './http-config.rules.js';
import { parseMqttConfig } from './mqtt-config.rules.js';
import { joinSecrets, unbackedMasks, type Secrets } from '../../../core/outbound/secrets.rules.js';

/**
 * Turns what a client sent into a checked config with its secrets in place, or throws with every fault's path. A mask
 * in it stands for the stored secret of the same place.
 */
export function parseDestination(
  type: IntegrationType,
  value: Record<string, unknown>,
  stored: Secrets = {},
): Destination {
  const errors: FieldError[] = [];
  const whole = joinSecrets(value, stored);
  const destination: Destination =
    type === 'http'
      ? { type, config: parseHttpConfig(whole, errors) }
      : { type, config: parseMqttConfig(whole, errors) };
  const faults = errors.length > 0 ? errors : unbackedMasks(partSecrets(destination).secrets, 'config.');
  if (faults.length > 0) throw new ValidationFailed(faults);
  return destination;
}
