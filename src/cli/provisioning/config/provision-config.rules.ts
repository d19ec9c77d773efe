import type { ConfigDocument } from './config-document.js';

export interface Coordinates {
  latitude: number;
  longitude: number;
}

/** A name that the file says, with where it says so: failures send the technician there. */
export interface Said {
  value: string;
  /** As in `[profiles] state_profile_name (config.properties, line 8)`. */
  at: string;
}

/** A user’s token and account; what of it is needed shows when the token is tried. */
export interface UserCredentials {
  token: string | undefined;
  username: Said | undefined;
  password: Said | undefined;
}

/** What document 004’s configuration file says, checked. */
export interface ProvisionConfig {
  url: Said;
  /** A key by which the server does everything in one call; else a user’s account does it step by step. */
  provisioningKey: Said | undefined;
  user: UserCredentials;
  /** Undefined only with a provisioning key: that has profiles of its own. */
  profiles: { country: Said; state: Said; device: Said } | undefined;
  country: Said | undefined;
  state: Said | undefined;
  device: { name: string; serial: string; uuid: string | undefined };
  /** Where it stands if it cannot be located. */
  location: Coordinates | undefined;
  lookup: { isWanted: boolean; url: string };
}

/** Everything that is wrong with a file, each with its place. */
export class ConfigIncomplete extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const lookupUrl = 'https://ipapi.co/json/';
const uuidPattern = /^[A-Za-z0-9._-]{1,64}$/;
const yes = new Set(['true', 'yes', 'on', '1']);
const no = new Set(['false', 'no', 'off', '0']);

/** Reads the sections of document 004. Every problem is named, not only the first: a technician goes to the file once. */
export function provisionConfigOf(document: ConfigDocument, fileName: string): ProvisionConfig {
  const reader = new Reader(document, fileName);
  const provisioningKey = reader.optional('thingsboard', 'provisioning_key');
  const user = {
    token: reader.optional('thingsboard', 'token')?.value,
    username: reader.optional('thingsboard', 'username'),
    password: reader.optional('thingsboard', 'password'),
  };
  // A token alone does until it ends; then the account is asked for.
  if (provisioningKey === undefined && user.token === undefined) {
    reader.required('thingsboard', 'username');
    reader.required('thingsboard', 'password');
  }
  const config = {
    url: reader.url('thingsboard', 'url'),
    provisioningKey,
    user,
    profiles: provisioningKey === undefined ? profilesOf(reader) : undefined,
    country: reader.optional('assets', 'country_name'),
    state: reader.optional('assets', 'state_name'),
    device: {
      name: reader.required('assets', 'device_name').value,
      serial: reader.required('assets', 'serial_number').value,
      uuid: reader.uuid('assets', 'uuid'),
    },
    location: reader.coordinates(),
    lookup: {
      isWanted: reader.flag('location', 'lookup') ?? true,
      url: reader.optional('location', 'lookup_url')?.value ?? lookupUrl,
    },
  };
  if (reader.problems.length > 0) throw new ConfigIncomplete(reader.problems);
  return config;
}

function profilesOf(reader: Reader): { country: Said; state: Said; device: Said } {
  return {
    country: reader.required('profiles', 'country_profile_name'),
    state: reader.required('profiles', 'state_profile_name'),
    device: reader.required('profiles', 'device_profile_name'),
  };
}

/** Where a key would have to stand that is not there. */
export function whereToAdd(document: ConfigDocument, fileName: string, section: string, key: string): string {
  const line = document.find(section, key)?.line ?? document.lineOf(section);
  return line === undefined
    ? `[${section}] ${key} (${fileName}, which has no section [${section}] yet)`
    : `[${section}] ${key} (${fileName}, line ${line})`;
}

class Reader {
  readonly problems: string[] = [];

  constructor(
    private readonly document: ConfigDocument,
    private readonly fileName: string,
  ) {}

  /** Undefined also where the key is there and says nothing. */
  optional(section: string, key: string): Said | undefined {
    const entry = this.document.find(section, key);
    if (entry === undefined || entry.value === '') return undefined;
    return { value: entry.value, at: whereToAdd(this.document, this.fileName, section, key) };
  }

  required(section: string, key: string): Said {
    const said = this.optional(section, key);
    if (said !== undefined) return said;
    this.problems.push(this.whyMissing(section, key));
    return { value: '', at: '' };
  }

  url(section: string, key: string): Said {
    const said = this.required(section, key);
    if (said.value === '') return said;
    const url = URL.parse(said.value);
    const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
    if (!isPlain) this.wrong(section, key, 'must be an address like https://iot.example.org');
    else if (url.username !== '' || url.password !== '') this.wrong(section, key, 'must not hold a name or a password');
    return { ...said, value: said.value.replace(/\/+$/, '') };
  }

  uuid(section: string, key: string): string | undefined {
    const said = this.optional(section, key)?.value;
    if (said !== undefined && !uuidPattern.test(said)) this.wrong(section, key, 'must be 1 to 64 of A-Z a-z 0-9 . _ -');
    return said;
  }

  flag(section: string, key: string): boolean | undefined {
    const said = this.optional(section, key)?.value.toLowerCase();
    if (said === undefined) return undefined;
    if (!yes.has(said) && !no.has(said)) this.wrong(section, key, 'must be true or false');
    return yes.has(said);
  }

  /** Both or none. */
  coordinates(): Coordinates | undefined {
    const latitude = this.degrees('latitude', 90);
    const longitude = this.degrees('longitude', 180);
    if (latitude !== undefined && longitude !== undefined) return { latitude, longitude };
    if (latitude !== undefined) this.problems.push(this.whyMissing('location', 'longitude'));
    if (longitude !== undefined) this.problems.push(this.whyMissing('location', 'latitude'));
    return undefined;
  }

  private degrees(key: string, most: number): number | undefined {
    const said = this.optional('location', key)?.value;
    if (said === undefined) return undefined;
    const degrees = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(said) ? Number(said) : NaN;
    if (Math.abs(degrees) <= most) return degrees;
    this.wrong('location', key, `must be degrees from -${most} to ${most}, with a point: 28.6139`);
    return NaN;
  }

  private wrong(section: string, key: string, rule: string): void {
    const line = this.document.find(section, key)?.line ?? 0;
    this.problems.push(`${this.fileName}, line ${line}: [${section}] ${key} ${rule}`);
  }

  private whyMissing(section: string, key: string): string {
    const entry = this.document.find(section, key);
    if (entry !== undefined) return `${this.fileName}, line ${entry.line}: [${section}] ${key} is empty`;
    const line = this.document.lineOf(section);
    if (line === undefined) return `${this.fileName}: there is no section [${section}], and so no ${key} in it`;
    return `${this.fileName}, line ${line}: section [${section}] has no key ${key}`;
  }
}
