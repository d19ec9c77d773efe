import { randomUUID } from 'node:crypto';
import { accessOf } from '../../house/access-table.js';
import { addressOf, innerResources, Owner, resources } from '../../house/guarded-resources.js';
import type { TestAnswer } from '../app.js';
import { HistoryWorld } from '../history-world.js';
import { anUplink } from '../uplinks.js';
import type { Json, Operation } from './api-document.js';
import type { Actor, FuzzRequest } from './hostile-request.js';
import { machineBodies, type MachineBodies } from './machine-bodies.js';

/** A name server that sends everybody to this machine, where nobody listens on the ports of the web. */
const everywhereIsHere = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

/** Functions that end in every way there is. */
const sources = [
  'function process(m) { return m; }',
  'function process(m) { m.data.n += 1; return m; }',
  'function process() { return 5; }',
  'function process() { return [1, "x", null]; }',
  'function process() { return "text"; }',
  'function process() { return false; }',
  'function process() { return null; }',
  'function process() { throw { not: "an error" }; }',
  'function process() { console.log({ a: 1 }, undefined, 1n); return NaN; }',
  'function decodeUplink({ bytes }) { return { data: { n: bytes.length }, warnings: ["short"] }; }',
  'function process() { while (true); }',
];

/** Runs whose messages are no objects: a function may return whatever JSON can say. */
async function returnAnything(histories: HistoryWorld): Promise<void> {
  const { tenant, good } = histories;
  const device = await tenant.aDevice();
  const fn = await tenant.aFunction('m => ({ number: 5, list: [1, null], text: "x", flag: false })[m.data.kind]');
  await tenant.aChain(['device', device.id], ['function', fn.id], ['integration', good.id]);
  for (const kind of ['number', 'list', 'text', 'flag', 'nothing'])
    await tenant.post(device.dev_eui, { object: { kind } });
  await histories.processed();
}

/** A tenant with a history and with rows to throw away, so that requests reach what stands behind the checks. */
export class FuzzWorld {
  private readonly rows = new Map<string, string>();
  private registrations = 0;

  private constructor(
    private readonly histories: HistoryWorld,
    private readonly owner: Owner,
    private readonly apiKey: string,
    /** Of the histories' device. */
    private readonly deviceKey: string,
    /** Of the histories' rows, by the parameter that takes them. */
    private readonly known: Readonly<Record<string, string>>,
    private readonly machines: MachineBodies,
    readonly goodBodies: Readonly<Record<string, readonly Json[]>>,
  ) {}

  static async create(): Promise<FuzzWorld> {
    const histories = await HistoryWorld.create({ resolver: everywhereIsHere });
    const { app, tenant, label, device, fn, good, flow, events } = histories;
    const { token } = tenant;
    await returnAnything(histories);
    const made = await app.http('POST', '/api/v1/api-keys', {
      token,
      body: { name: 'fuzz', scopes: ['ingest', 'read', 'write'] },
    });
    const deviceKey = await app.http('POST', `/api/v1/devices/${device.id}/keys`, { token, body: {} });
    const accessToken = await histories.get(`devices/${device.id}/access-token`);
    const run = await histories.runOf(events.converted);
    const deliveries = await histories.get(`integrations/${good.id}/history`);
    const { nodes, edges } = await histories.get(`flows/${flow.id}`);
    const url = 'http://sink.example/hook';
    const machines = await machineBodies(tenant);
    const bodies: Record<string, Json[]> = {
      ...machines.bodies,
      '/api/v1/api-keys': [{ name: 'a key', scopes: ['read'] }],
      '/api/v1/labels': [{ name: 'a label', color: '#00ff00' }],
      '/api/v1/devices': [
        { name: 'a device', label_ids: [label.id], expected_transmit_time: 10, metadata: { a: [1] } },
      ],
      '/api/v1/devices/{id}/labels': [[label.id], { label_ids: [label.id] }],
      '/api/v1/functions': sources.map((code) => ({ name: 'a function', code })),
      '/api/v1/functions/test': sources.map((code) => ({ code, sample: { data: { n: 1 } } })),
      '/api/v1/functions/{id}/test': [
        { device_event_id: events.converted },
        { sample: anUplink(device.dev_eui) as Json },
      ],
      '/api/v1/integrations': [
        { name: 'a hook', type: 'http', config: { url, auth: { type: 'bearer', token: 'a token' } } },
        { name: 'a hook', type: 'http', config: { url, headers: { 'X-A': { value: 'a', secret: true } } } },
        { name: 'a broker', type: 'mqtt', config: { host: 'sink.example', topic: 'a/{{device.name}}', password: 'p' } },
      ],
      '/api/v1/integrations/{id}/test': [{ message: { data: { n: 1 } } }, {}],
      '/api/v1/flows': [{ name: 'a flow', nodes, edges }],
      '/api/v1/{token}/telemetry': [{ a: 1 }, [{ ts: 1_763_715_600_000, values: { a: 1 } }]],
      '/api/v1/{token}/attributes': [{ fw: '1.0.0' }],
      '/api/v1/ingest/chirpstack': [anUplink(device.dev_eui) as Json],
    };
    const goodBodies = Object.fromEntries(
      Object.entries(bodies).flatMap(([path, body]) =>
        ['POST', 'PUT', 'PATCH'].flatMap((method) => [
          [`${method} ${path}`, body],
          [`${method} ${path}/{id}`, body],
        ]),
      ),
    );
    const known = {
      device_id: device.id,
      // A device is called by its id, too.
      uuid: device.id,
      token: String(accessToken.token),
      function_id: fn.id,
      integration_id: good.id,
      flow_id: flow.id,
      run_id: String(run.id),
      history_id: String(deliveries[0]?.id),
      version: '1',
    };
    const keys = [String(made.body.key), String(deviceKey.body.key)] as const;
    return new FuzzWorld(histories, new Owner(app, token), ...keys, known, machines, goodBodies);
  }

  get app() {
    return this.histories.app;
  }

  /** What texts of the format uuid may name. */
  get ids(): string[] {
    const { label, device, fn, good, flaky, flow, events } = this.histories;
    const rows = [label, device, fn, good, flaky, flow].map(({ id }) => id);
    return [...rows, ...Object.values(events), ...this.machines.ids];
  }

  async send(operation: Operation, request: FuzzRequest): Promise<TestAnswer> {
    const path = await this.pathOf(operation, request.path);
    const answer = await this.app.http(operation.method, request.query === '' ? path : `${path}?${request.query}`, {
      headers: { ...(await this.credentialOf(request.actor, operation)), ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    if (operation.method === 'DELETE' && answer.status === 204) this.rows.delete(resourceAt(operation.path)?.at ?? '');
    return answer;
  }

  close(): Promise<void> {
    return this.histories.close();
  }

  private async credentialOf(actor: Actor, { name }: Operation): Promise<Record<string, string>> {
    switch (actor) {
      case 'nobody':
        return {};
      case 'stranger':
        return { authorization: 'Bearer flk_0123456789abcdef_0000000000000000000000000000000000000000000000000' };
      case 'api key':
        return { 'x-api-key': this.apiKey };
      case 'admin': {
        const { users, devices, provisioning } = accessOf(name.replaceAll(/\{(\w+)\}/g, ':$1'));
        if (users === 'nobody' && devices) return { authorization: `Bearer ${this.deviceKey}` };
        if (users === 'nobody' && provisioning) return { 'x-provisioning-key': this.nextProvisioningKey() };
        // A session that is ended here must not be everybody's.
        const token = /\/logout(-everywhere)?$/.test(name) ? (await this.app.signUp()).token : this.owner.token;
        return { authorization: `Bearer ${token}` };
      }
    }
  }

  private nextProvisioningKey(): string {
    this.registrations += 1;
    return this.machines.provisioningKeys[this.registrations % this.machines.provisioningKeys.length] ?? '';
  }

  private async pathOf(operation: Operation, given: readonly (string | undefined)[]): Promise<string> {
    const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const parts: string[] = [];
    for (const [n, name] of names.entries()) parts.push(given[n] ?? (await this.idFor(operation.path, name)));
    return addressOf(operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), parts);
  }

  private async idFor(path: string, parameter: string): Promise<string> {
    const known = this.known[parameter];
    if (known !== undefined && innerResources[`:${parameter}`] === undefined) return known;
    const isHistory = path.includes('/history');
    if (known !== undefined && isHistory) return known;
    const at =
      known === undefined ? resourceAt(path) : resources.find((one) => one.at === innerResources[`:${parameter}`]);
    if (at === undefined) return randomUUID();
    const id = this.rows.get(at.at) ?? (await at.make(this.owner));
    this.rows.set(at.at, id);
    return id;
  }
}

function resourceAt(path: string) {
  return resources.filter(({ at }) => path.startsWith(at)).sort((a, b) => b.at.length - a.at.length)[0];
}
