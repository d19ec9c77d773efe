import { partConfig, type Secrets } from '../../../core/outbound/secrets.rules.js';
import type { Destination } from './integration-config.js';

/** Where this config keeps secrets. */
function secretPlaces({ type, config }: Destination): string[] {
  if (type === 'mqtt') return ['password', 'tls/key'];
  const headers = Object.entries(config.headers ?? {}).filter(([, header]) => typeof header !== 'string');
  const places = ['auth/password', 'auth/token', 'signing_secret', 'previous_signing_secret', 'tls/key'];
  return [...places, ...headers.map(([name]) => `headers/${name}/value`)];
}

/** Parts a destination into what may be shown, with the mask in each secret's place, and the secrets. */
export function partSecrets<D extends Destination>(destination: D): { shown: D; secrets: Secrets } {
  const { shown: config, secrets } = partConfig(destination.config, secretPlaces(destination));
  return { shown: { ...destination, config }, secrets };
}
