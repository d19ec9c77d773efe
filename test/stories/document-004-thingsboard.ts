import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Document 004's workflow as a script would have it that was written for a ThingsBoard and knows nothing of us:
 * `node document-004-thingsboard.js <config.properties>`. It speaks only what ThingsBoard speaks, and stops with a text
 * where an answer is not what it knows.
 */

type Json = Record<string, unknown>;
interface EntityId {
  entityType: string;
  id: string;
}
interface Entity {
  id: EntityId;
  name: string;
}

/** `config.properties`: sections with keys; the token is written back into it. */
class Config {
  private readonly values = new Map<string, string>();

  constructor(private readonly path: string) {
    let section = '';
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const [, name] = /^\[(\w+)\]$/.exec(line.trim()) ?? [];
      const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
      if (name !== undefined) section = name;
      if (key !== undefined) this.values.set(`${section}.${key}`, value ?? '');
    }
  }

  get(key: string): string {
    const value = this.values.get(key);
    if (value === undefined) throw new Error(`${key} is not configured`);
    return value;
  }

  rememberToken(token: string): void {
    this.values.set('thingsboard.token', token);
    const text = readFileSync(this.path, 'utf8');
    writeFileSync(this.path, text.replace(/^token\s*=.*$/m, `token = ${token}`));
  }
}

class ThingsBoard {
  constructor(private readonly config: Config) {}

  async ask(method: string, path: string, body?: Json): Promise<Response> {
    return fetch(`${this.config.get('thingsboard.url')}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'X-Authorization': `Bearer ${this.config.get('thingsboard.token')}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async json<T>(method: string, path: string, body?: Json): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status === 200) return (await answer.json()) as T;
    const { message, errorCode } = (await answer.json()) as { message: string; errorCode: number };
    throw new Error(`${method} ${path}: ${answer.status} ${message} (${errorCode})`);
  }

  async logIn(): Promise<void> {
    if ((await this.ask('GET', '/api/auth/user')).status === 200) {
      say('token', 'stored');
      return;
    }
    const [username, password] = [this.config.get('thingsboard.username'), this.config.get('thingsboard.password')];
    const { token } = await this.json<{ token: string }>('POST', '/api/auth/login', { username, password });
    this.config.rememberToken(token);
    say('token', 'fetched');
  }

  async profile(kind: 'assetProfiles' | 'deviceProfiles', name: string): Promise<EntityId> {
    const { data } = await this.json<{ data: Entity[] }>('GET', `/api/${kind}?pageSize=100&page=0`);
    const found = data.find((profile) => profile.name === name);
    if (found === undefined) throw new Error(`profile ${name} not found`);
    return found.id;
  }

  async asset(name: string, type: string, profileId: EntityId, at?: Json): Promise<EntityId> {
    const { data } = await this.json<{ data: Entity[] }>('GET', '/api/tenant/assets?pageSize=1000&page=0');
    const found = data.find((asset) => asset.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found.id;
    const asset = await this.json<Entity>('POST', '/api/asset', { name, type, assetProfileId: { ...profileId } });
    if (at !== undefined) {
      await this.done('POST', `/api/plugins/telemetry/ASSET/${asset.id.id}/attributes/SERVER_SCOPE`, at);
    }
    say('asset', name);
    return asset.id;
  }

  async relate(from: EntityId, to: EntityId): Promise<void> {
    const asked = `fromId=${from.id}&fromType=${from.entityType}&toId=${to.id}&toType=${to.entityType}`;
    const known = await this.ask('GET', `/api/relation/info?${asked}&relationType=Contains`);
    if (known.status === 200) return;
    await this.done('POST', '/api/relation', { from, to, type: 'Contains', typeGroup: 'COMMON' });
    say('relation', to.entityType);
  }

  async device(name: string, deviceProfileId: EntityId): Promise<EntityId> {
    const query = `pageSize=10&page=0&textSearch=${encodeURIComponent(name)}`;
    const { data } = await this.json<{ data: Entity[] }>('GET', `/api/tenant/devices?${query}`);
    const found = data.find((device) => device.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found.id;
    const device = await this.json<Entity>('POST', '/api/device', { name, type: 'default', deviceProfileId });
    say('device', name);
    return device.id;
  }

  async done(method: string, path: string, body: Json): Promise<void> {
    const { status } = await this.ask(method, path, body);
    if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
  }
}

function say(what: string, which: string): void {
  process.stdout.write(`${what} ${which}\n`);
}

async function provision(config: Config): Promise<void> {
  const server = new ThingsBoard(config);
  await server.logIn();
  const profileNames = ['country', 'state', 'device'].map((kind) => config.get(`profiles.${kind}_profile_name`));
  const [countryType = '', stateType = '', deviceType = ''] = profileNames;
  const countryProfile = await server.profile('assetProfiles', countryType);
  const stateProfile = await server.profile('assetProfiles', stateType);
  const deviceProfile = await server.profile('deviceProfiles', deviceType);
  // This script stands behind a firewall: it always falls back to what is configured.
  const location = {
    latitude: Number(config.get('location.latitude')),
    longitude: Number(config.get('location.longitude')),
  };
  const country = await server.asset(config.get('assets.country_name').toUpperCase(), countryType, countryProfile);
  const state = await server.asset(config.get('assets.state_name'), stateType, stateProfile, location);
  await server.relate(country, state);
  const device = await server.device(config.get('assets.device_name'), deviceProfile);
  await server.relate(state, device);
  const credentials = await server.json<{ credentialsType: string; credentialsId: string }>(
    'GET',
    `/api/device/${device.id}/credentials`,
  );
  if (credentials.credentialsType !== 'ACCESS_TOKEN') throw new Error('the device has no access token');
  await server.done('POST', `/api/v1/${credentials.credentialsId}/telemetry`, {
    serial: config.get('assets.serial_number'),
    ...location,
    system_info: config.get('assets.system_info'),
  });
  say('telemetry', 'sent');
}

try {
  await provision(new Config(process.argv[2] ?? ''));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
