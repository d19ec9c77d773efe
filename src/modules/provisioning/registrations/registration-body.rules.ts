import type { FieldError } from '../../../core/errors/app-error.js';
import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { sanitiseJson } from '../../../core/json/sanitise-json.js';
import { whyNotStorable } from '../../../core/json/storable.js';
import type { Whereabouts } from '../placement/site.rules.js';
import { whereaboutsSaid } from '../placement/whereabouts.rules.js';
import { RegistrationInvalid } from './registration.errors.js';

/** What a device said of itself when it registered. */
export interface Registration {
  uuid: string;
  deviceName: string;
  /** The key that the device made for itself; null: it wants one of ours. */
  ownKey: string | null;
  /** Null: it said none, or what is none; that is kept with the rest. */
  mac: string | null;
  /** Null: it said none, or what is none. */
  serial: string | null;
  whereabouts: Whereabouts;
  /** Everything else, as it was said. Secrets are not among it. */
  details: Record<string, unknown>;
}

/** They become part of the device’s metadata. */
const detailsLimits = { maxBytes: 8_192, maxDepth: 16 };
const uuidPattern = /^[A-Za-z0-9._-]{1,64}$/;
const macPattern = /^[0-9a-f]{2}(?:(:|-)[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}|[0-9a-f]{10})$/i;
/** What a device may send along that must not be read back from its metadata. */
const secretName = /key|secret|passw|token|authorization/i;

/** Reads a registration as devices of document 000 send it; every field that is wrong is named. */
export function registrationIn(body: unknown): Registration {
  const said = sanitiseJson(body).value;
  if (!isPlainObject(said)) throw new RegistrationInvalid([{ path: '', message: 'the body must be a JSON object' }]);
  const { uuid, deviceName, deviceApiKey, ...rest } = said;
  const faults = [
    ...textFault('uuid', uuid, 64),
    ...textFault('deviceName', deviceName, 200),
    ...textFault('deviceType', rest['deviceType'], 100),
    ...(deviceApiKey === undefined || deviceApiKey === null ? [] : textFault('deviceApiKey', deviceApiKey, 128)),
  ];
  if (typeof uuid === 'string' && uuid !== '' && !uuidPattern.test(uuid)) {
    faults.push({ path: 'uuid', message: 'must be 1 to 64 of A-Z a-z 0-9 . _ -' });
  }
  const details = Object.fromEntries(Object.entries(rest).filter(([name]) => !secretName.test(name)));
  const flaw = whyNotStorable(details, detailsLimits);
  if (flaw !== undefined) faults.push({ path: '', message: `what the device says of itself ${flaw}` });
  if (faults.length > 0) throw new RegistrationInvalid(faults);
  const mac = typeof rest['macAddress'] === 'string' && macPattern.test(rest['macAddress']) ? rest['macAddress'] : null;
  const ownKey = typeof deviceApiKey === 'string' ? deviceApiKey : null;
  return {
    ...{ uuid: String(uuid), deviceName: String(deviceName).trim(), ownKey, mac, details },
    ...{ serial: serialIn(rest), whereabouts: whereaboutsSaid(rest) },
  };
}

function serialIn(said: Readonly<Record<string, unknown>>): string | null {
  const serial = said['serial'] ?? said['serialNumber'] ?? said['serial_number'];
  const text = typeof serial === 'string' ? serial.trim() : '';
  return text === '' || text.length > 100 ? null : text;
}

/** The key by which a device shows at the exchange that it has it; null: the request's own credential has to do. */
export function provedKeyIn(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  if (!isPlainObject(body)) throw new RegistrationInvalid([{ path: '', message: 'the body must be a JSON object' }]);
  const { deviceApiKey = null } = body;
  if (deviceApiKey === null || (typeof deviceApiKey === 'string' && deviceApiKey !== '')) return deviceApiKey;
  throw new RegistrationInvalid([{ path: 'deviceApiKey', message: 'must be a text' }]);
}

function textFault(path: string, value: unknown, max: number): FieldError[] {
  if (value === undefined || value === null || value === '') return [{ path, message: 'is required' }];
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= max;
  return isText ? [] : [{ path, message: `must be text of 1 to ${max.toString()} characters` }];
}
