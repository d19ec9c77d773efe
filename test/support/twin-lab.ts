import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type Body, type TestAnswer, type TestApp, type TestRequest } from './app.js';
import { FakeClock } from './fake-clock.js';
import { TenantWorld } from './tenant-world.js';

export interface Agent {
  id: string;
  uuid: string;
  key: string;
}

/** Both sides of a twin: people of a new tenant for each test, and devices that poll and report. */
export class TwinLab {
  readonly clock = new FakeClock();
  private started: TestApp | undefined;
  private made: TenantWorld | undefined;

  constructor() {
    beforeAll(async () => {
      this.started = await startTestApp({ clock: this.clock, settings: { deviceMessagesPerSecond: 20 } });
    });
    // The clock is moved, and tokens of people do not live long.
    beforeEach(async () => {
      this.made = await TenantWorld.create(this.server);
    });
    afterAll(() => this.server.close());
  }

  get server(): TestApp {
    if (this.started === undefined) throw new Error('the server starts with the first test');
    return this.started;
  }

  get world(): TenantWorld {
    if (this.made === undefined) throw new Error('a tenant is there for each test');
    return this.made;
  }

  /** A device of document 000: with a uuid, and a key that it uses. */
  anAgent = async (of = this.world): Promise<Agent> => {
    const uuid = randomUUID();
    const { id } = await of.aDevice({ uuid, expected_transmit_time: 10 });
    const made = await this.server.http('POST', `/api/v1/devices/${id}/keys`, { token: of.token, body: {} });
    return { id, uuid, key: String(made.body.key) };
  };

  patch = (id: string, body: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    this.server.http('PATCH', twinOf(id), { token: this.world.token, body, headers });

  target = (id: string, document: unknown): Promise<TestAnswer> => this.patch(id, { target: document });

  poll = (agent: Agent, headers: Record<string, string> = {}, at = '/api/v1/device'): Promise<TestAnswer> =>
    this.server.http('GET', `${at}/${agent.uuid}/state`, asDevice(agent, headers));

  report = (agent: Agent, body: unknown, at = '/api/v1/device/state'): Promise<TestAnswer> =>
    this.server.http('PATCH', at, { body, ...asDevice(agent) });

  read = async (id: string): Promise<Body> =>
    (await this.server.http('GET', twinOf(id), { token: this.world.token })).body;

  historyOf = (id: string, query = ''): Promise<Body> => this.world.get(`${twinOf(id)}/history${query}`);
}

export const twinOf = (id: string): string => `/api/v1/devices/${id}/twin`;

export const asDevice = ({ key }: Agent, headers: Record<string, string> = {}): TestRequest => ({
  headers: { authorization: `Bearer ${key}`, ...headers },
});
