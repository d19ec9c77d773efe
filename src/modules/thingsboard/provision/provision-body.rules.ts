import { createHash, randomBytes } from 'node:crypto';
import { ValidationFailed } from '../../../core/errors/validation-failed.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { isStorableText } from '../../../core/json/storable.js';

/** What a device sends that wants to be made known. */
export interface ProvisionRequest {
  deviceName: string;
  provisionDeviceKey: string;
  provisionDeviceSecret: string;
  /** It brings credentials of its own, which are not taken. */
  bringsCredentials: boolean;
}

const maxLength = 200;
const uuidPattern = /^[A-Za-z0-9._-]{1,64}$/;

export function provisionIn(body: unknown): ProvisionRequest {
  if (!isPlainObject(body)) throw new ValidationFailed([{ path: '', message: 'the body must be a JSON object' }]);
  const { deviceName, credentialsType, token } = body;
  const type = credentialsType ?? 'ACCESS_TOKEN';
  return {
    deviceName: deviceName === undefined || deviceName === null ? nameless() : textIn(body, 'deviceName'),
    provisionDeviceKey: textIn(body, 'provisionDeviceKey'),
    provisionDeviceSecret: textIn(body, 'provisionDeviceSecret'),
    bringsCredentials: type !== 'ACCESS_TOKEN' || (token !== undefined && token !== null),
  };
}

/**
 * The provisioning key that both halves make: its id is its UUID or its public beginning, and its secret the whole key or
 * what stands behind that beginning. Null where they cannot belong together.
 */
export function provisioningKeyOf({ provisionDeviceKey: id, provisionDeviceSecret: secret }: ProvisionRequest): {
  text: string;
  /** Whom the text must turn out to be. */
  isId: (provisioningKeyId: string) => boolean;
} | null {
  if (!id.startsWith('flp_')) {
    return secret.startsWith('flp_') ? { text: secret, isId: (known) => known === id.toLowerCase() } : null;
  }
  const text = secret.startsWith('flp_') ? secret : `${id}_${secret}`;
  return text.startsWith(`${id}_`) ? { text, isId: () => true } : null;
}

/** ThingsBoard's devices have no uuid: their name is what they are known by. */
export function uuidOf(deviceName: string): string {
  if (uuidPattern.test(deviceName)) return deviceName;
  return `name-${createHash('sha256').update(deviceName).digest('hex').slice(0, 32)}`;
}

function nameless(): string {
  return `device-${randomBytes(8).toString('hex')}`;
}

function textIn(body: Readonly<Record<string, unknown>>, path: string): string {
  const value = body[path];
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '' && text.length <= maxLength && isStorableText(text)) return text;
  throw new ValidationFailed([{ path, message: `must be text of 1 to ${maxLength.toString()} characters` }]);
}
