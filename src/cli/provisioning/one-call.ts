import { createHash } from 'node:crypto';
import { type } from 'node:os';
import { isPlainObject } from '../../core/json/is-plain-object.js';
import type { Said } from './config/provision-config.rules.js';
import { firstTelemetryOf, Handshake } from './handshake.js';
import { Refused } from './http/refused.js';
import type { Answer } from './http/server-api.js';
import { strange, textIn, textOrNull, type Item } from './http/user-api.js';
import { Locator, type Located } from './locator.js';
import type { HandshakeResult, PlaceReport } from './report.js';
import type { Provisioned, Run } from './run.js';

const register = '/api/v1/device/register';

/** The same with a provisioning key: the server does the six steps in one call, and the device says its first word. */
export async function provisionInOneCall(run: Run, key: Said): Promise<Provisioned> {
  const { config, isDryRun, notice } = run;
  const located = await new Locator(notice).locate(config);
  if (isDryRun) {
    await run.api.ask('GET', '/health/ready');
    notice('what is there already only the server knows; a key cannot ask it without registering');
    return { ...plannedOf(run, located), device: deviceOf(run, { id: null, isNew: true, isDryRun }) };
  }
  const answer = await run.api.ask('POST', register, { bearer: key.value, body: bodyOf(run, located) });
  if (answer.status !== 200) throw refused(answer, key);
  const registered = objectIn(answer.body, 'the answer to a registration');
  const placement = registered['placement'];
  const accessToken = textOrNull(registered, 'accessToken');
  if (!isPlainObject(placement) || accessToken === null) throw withoutPlacement(answer, key);
  const [country = null, state = null] = pathIn(placement);
  const location = locationIn(placement);
  const hello = firstTelemetryOf(config.device.serial, location ?? undefined);
  const isKnown = typeof placement['handshake_at'] === 'string';
  if (!isKnown) await new Handshake(run.api).send(accessToken, hello);
  const id = textIn(registered, 'deviceId').replace(/^dev_/, '');
  return {
    ...{ way: 'provisioning_key', username: null, token: null, country, state, location },
    device: {
      ...deviceOf(run, { id, isNew: placement['device_created'] === true, isDryRun }),
      name: textIn(registered, 'deviceName'),
    },
    first_telemetry: isKnown ? 'known' : 'sent',
    access_token: run.showsToken ? accessToken : null,
  };
}

/** A device has a uuid there. Where the file gives none it follows from the serial number, the same each time. */
export function uuidFor({ uuid, serial }: { uuid: string | undefined; serial: string }): string {
  if (uuid !== undefined) return uuid;
  return /^[A-Za-z0-9._-]{1,64}$/.test(serial)
    ? serial
    : `serial-${createHash('sha256').update(serial).digest('hex').slice(0, 32)}`;
}

function bodyOf({ config: { device, country, state } }: Run, located: Located): Item {
  return {
    ...{ uuid: uuidFor(device), deviceName: device.name, deviceType: type(), serial: device.serial },
    ...located.coordinates,
    country: country?.value ?? located.country,
    state: state?.value ?? located.state,
  };
}

function plannedOf({ config }: Run, { coordinates, source, ...names }: Located): Omit<Provisioned, 'device'> {
  const place = (name: string | undefined): PlaceReport | null =>
    name === undefined ? null : { id: null, name, result: 'would_make' };
  return {
    ...{ way: 'provisioning_key', username: null, token: null, access_token: null },
    location: coordinates === undefined ? null : { ...coordinates, source },
    country: place((config.country?.value ?? names.country)?.toUpperCase()),
    state: place(config.state?.value ?? names.state),
    first_telemetry: 'would_send' satisfies HandshakeResult,
  };
}

function deviceOf(
  { config: { device } }: Run,
  { id, isNew, isDryRun }: { id: string | null; isNew: boolean; isDryRun: boolean },
) {
  const result = isDryRun ? ('would_make' as const) : isNew ? ('made' as const) : ('found' as const);
  return { id, name: device.name, serial: device.serial, result, found_by: null, changed: [] };
}

function pathIn(placement: Item): PlaceReport[] {
  const path: unknown = placement['path'];
  if (!Array.isArray(path)) throw strange('the path of a placement');
  return path.filter(isPlainObject).map((place) => ({
    id: textIn(place, 'id'),
    name: textIn(place, 'name'),
    result: place['created'] === true ? 'made' : 'found',
  }));
}

function locationIn(placement: Item): Provisioned['location'] {
  const location = placement['location'];
  if (!isPlainObject(location)) return null;
  const { latitude, longitude } = location;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  return { latitude, longitude, source: textOrNull(placement, 'location_source') ?? 'none' };
}

function refused(answer: Answer, key: Said): Refused {
  const code = isPlainObject(answer.body) ? answer.body['type'] : undefined;
  if (answer.status === 401 || answer.status === 403) {
    return new Refused('credentials', 'The provisioning key was refused.', answer, {
      cure: `put a good key into ${key.at}, or have an admin make one`,
    });
  }
  if (typeof code === 'string' && code.includes('profile')) {
    return new Refused('profile', 'Profile not found.', answer, {
      cure: `have an admin make that profile, or name another in the placement of the key (${key.at})`,
    });
  }
  return new Refused('refused', 'The server refused the registration.', answer, {
    cure: 'change what it names in [assets] and [location], or ask who runs the server',
  });
}

function withoutPlacement(answer: Answer, key: Said): Refused {
  return new Refused('refused', 'The device is registered, and stands nowhere.', answer, {
    why: 'the provisioning key places no devices',
    cure: `have an admin give the key "placement": {}, or put another one into ${key.at}`,
  });
}

function objectIn(body: unknown, what: string): Item {
  if (!isPlainObject(body)) throw strange(what);
  return body;
}
