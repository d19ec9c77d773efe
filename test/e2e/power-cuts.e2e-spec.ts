import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeviceKeysRepository } from '../../src/modules/devices/keys/device-keys.repository.js';
import { GatewayIngestService } from '../../src/modules/ingest/gateway/gateway-ingest.service.js';
import { ProvisioningKeysRepository } from '../../src/modules/provisioning/keys/provisioning-keys.repository.js';
import { ProvisioningEventsService } from '../../src/modules/provisioning/provisioning-events.service.js';
import { KeyExchangeService } from '../../src/modules/provisioning/registrations/key-exchange.service.js';
import { RegistrationsRepository } from '../../src/modules/provisioning/registrations/registrations.repository.js';
import { DeviceTokensRepository } from '../../src/modules/provisioning/tokens/device-tokens.repository.js';
import { startTestApp, type TestAnswer, type TestApp } from '../support/app.js';
import { Chance } from '../support/chaos/chance.js';
import { chaosSize } from '../support/chaos/chaos-size.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const runs = chaosSize('CHAOS_CUTS', { short: 5, full: 50 });
/** A cut that no code of the server sees: the answer is on its way. */
const answerLost = 'when the answer is on its way';

/** Where the power is cut in a claim and the first use of the key, in the order of what happens. */
const claimCuts = [
  'before the claim is committed',
  'after the claim, before its event',
  'after the event of the claim, before its answer',
  `claim: ${answerLost}`,
  'before the first use is committed',
  'after the first use, before the message is stored',
  'after the message, before its answer',
  `message: ${answerLost}`,
];
const registrationCuts = [
  'before the registration is committed',
  'after the registration, before its event',
  'after the event of the registration, before it is marked',
  'after the mark, before the answer',
  `registration: ${answerLost}`,
  'before the exchange is committed',
  'after the exchange, before its answer',
  `exchange: ${answerLost}`,
];

describe('wherever the power is cut', () => {
  const clock = new FakeClock();
  const chance = new Chance('power cuts');
  let server: TestApp;
  let world: TenantWorld;
  /** The cuts that are still to come, each once. */
  let armed: Set<string>;

  beforeAll(async () => {
    server = await startTestApp({ clock });
    armed = new Set();
    cutIn(DeviceTokensRepository, 'save', { after: claimCuts[0] });
    cutIn(ProvisioningEventsService, 'claimed', { before: claimCuts[1], after: claimCuts[2] });
    cutIn(DeviceKeysRepository, 'confirm', { after: claimCuts[4] });
    cutIn(GatewayIngestService, 'receive', { before: claimCuts[5], after: claimCuts[6] });
    cutIn(ProvisioningKeysRepository, 'count', { after: registrationCuts[0] });
    cutIn(ProvisioningEventsService, 'registered', { before: registrationCuts[1], after: registrationCuts[2] });
    cutIn(RegistrationsRepository, 'announced', { after: registrationCuts[3] });
    cutIn(DeviceKeysRepository, 'confirm', { after: registrationCuts[5] });
    cutIn(KeyExchangeService, 'exchange', { after: registrationCuts[6] });
  });
  // One a run would be more than one address may sign up, however small the steps of the clock.
  beforeEach(async () => {
    world = await TenantWorld.create(server);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  /** From the cut on nothing of the request happens any more; what is in an open transaction is rolled back. */
  function cutIn<Service extends object>(
    type: abstract new (...given: never[]) => Service,
    method: string & keyof Service,
    { before, after }: { before?: string | undefined; after?: string | undefined },
  ): void {
    const service: Service = server.app.get(type);
    const work = Reflect.get(service, method) as (...given: unknown[]) => Promise<unknown>;
    const cut = (name: string | undefined): void => {
      if (name !== undefined && armed.delete(name)) throw new Error(`the power is cut ${name}`);
    };
    Reflect.set(service, method, async (...given: unknown[]): Promise<unknown> => {
      cut(before);
      const result = await work.apply(service, given);
      cut(after);
      return result;
    });
  }

  /** Asks until there is an answer that nothing was cut from. */
  async function ask(url: string, token: string | undefined, body: unknown, lost: string): Promise<TestAnswer> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const credential = token === undefined ? {} : { token };
      const answer = await server.http('POST', url, { ...credential, body });
      if (answer.status === 500 || armed.delete(lost)) continue;
      return answer;
    }
    throw new Error(`no answer of ${url} came through`);
  }

  async function claim(cuts: string[]): Promise<void> {
    const { id } = await world.aDevice();
    const issued = await server.http('POST', `/gateway/devices/${id}/provision`, { token: world.token, body: {} });
    armed = new Set(cuts);
    const { token } = issued.body;
    const claimed = await ask('/gateway/devices/claim', undefined, { token }, `claim: ${answerLost}`);
    const { api_key: key } = claimed.body;
    const answer = await ask('/gateway/device-data/ingest', key, { kwh: 1 }, `message: ${answerLost}`);
    expect([cuts, [...armed], claimed.status, answer.status]).toEqual([cuts, [], 201, 201]);
    await assertWhole(id, key, 'device_claimed');
  }

  async function register(cuts: string[], bringsKey: boolean): Promise<void> {
    // A registration of an address is forgiven in less.
    clock.advance(1_000);
    const uuid = randomUUID();
    const body = { name: `fleet of ${uuid}`, max_devices: 1 };
    const fleet = await server.http('POST', '/api/v1/provisioning-keys', { token: world.token, body });
    const own = randomBytes(32).toString('hex');
    const board = { uuid, deviceName: 'a board', deviceType: 'esp32' };
    const said = bringsKey ? { ...board, deviceApiKey: own } : board;
    armed = new Set(cuts);
    const registered = await ask('/device/register', fleet.body.key, said, `registration: ${answerLost}`);
    const key: string = registered.body.apiKey ?? own;
    const url = `/device/${uuid}/key-exchange`;
    const exchanged = await ask(url, key, { deviceApiKey: key }, `exchange: ${answerLost}`);
    expect([cuts, [...armed], registered.status, exchanged.status]).toEqual([cuts, [], 200, 200]);
    const devices = await world.get('/api/v1/devices?limit=1000');
    const made = devices.filter((device: { uuid: string }) => device.uuid === uuid);
    expect([cuts, made.length]).toEqual([cuts, 1]);
    await assertWhole(made[0].id, key, 'device_registered');
    const used = await world.get(`/api/v1/provisioning-keys/${String(fleet.body.id)}`);
    expect(used.devices_used).toBe(1);
  }

  /** One key that is good, the one that the device has; and what happened was said once. */
  async function assertWhole(id: string, key: string, event: string): Promise<void> {
    const keys = await world.get(`/api/v1/devices/${id}/keys`);
    const live = keys.filter((one: { revoked_at: string | null }) => one.revoked_at === null);
    expect(live).toMatchObject([{ confirmed_at: expect.any(String) }]);
    const spoken = await server.http('POST', '/gateway/device-data/ingest', { token: key, body: { kwh: 2 } });
    expect(spoken.status).toBe(201);
    expect(await world.get(`/api/v1/devices/${id}/history?event=${event}`)).toHaveLength(1);
  }

  const some = (cuts: readonly string[]): string[] => cuts.filter(() => chance.next() < 0.5);

  it.each(claimCuts)(
    'a claim ends with one key: %s',
    async (cut) => {
      for (let run = 0; run < runs; run += 1) await claim([cut]);
    },
    120_000,
  );

  it.each(registrationCuts)(
    'a registration ends with one device and one key: %s',
    async (cut) => {
      for (let run = 0; run < runs; run += 1) await register([cut], run % 2 === 0);
    },
    120_000,
  );

  it('both do, however often it is cut', async () => {
    for (let run = 0; run < runs; run += 1) {
      await claim(some(claimCuts));
      await register(some(registrationCuts), run % 2 === 0);
    }
    await claim(claimCuts);
    await register(registrationCuts, true);
    await register(registrationCuts, false);
  }, 240_000);
});
