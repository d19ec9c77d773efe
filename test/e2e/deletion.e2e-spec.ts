import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Usages } from '../../src/core/usage/usages.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';
import { HistoryWorld } from '../support/history-world.js';
import { TenantWorld } from '../support/tenant-world.js';

const code = 'function process(msg) { return msg; }';
const config = { url: 'https://example.com/hook' };

describe('deleting what a flow uses', () => {
  let server: TestApp;
  let tenant: TenantWorld;
  let made = 0;

  beforeAll(async () => {
    server = await startTestApp();
    tenant = await TenantWorld.create(server);
  });
  afterAll(() => server.close());

  const ask = (method: string, path: string, body?: unknown) =>
    server.http(method, `/api/v1/${path}`, {
      token: tenant.token,
      ...(body === undefined ? {} : { body }),
    });

  /** label and device ─▶ function ─▶ integration, and the device ─▶ integration by itself. */
  const aUsedWorld = async () => {
    const label = await tenant.aLabel(`label ${(made += 1)}`);
    const [device, fn] = [await tenant.aDevice(), await tenant.aFunction(code)];
    const integration = await tenant.anIntegration('http', config);
    const flow = await tenant.aFlow(
      [
        { id: 'label', type: 'label', entityId: label.id },
        { id: 'device', type: 'device', entityId: device.id },
        { id: 'function', type: 'function', entityId: fn.id },
        { id: 'integration', type: 'integration', entityId: integration.id },
      ],
      [
        ['label', 'function'],
        ['function', 'integration'],
        ['device', 'integration'],
      ],
    );
    const paths = {
      label: `labels/${label.id}`,
      device: `devices/${device.id}`,
      function: `functions/${fn.id}`,
      integration: `integrations/${integration.id}`,
    };
    return { paths, flow: (await ask('GET', `flows/${flow.id}`)).body };
  };

  const kinds = ['label', 'device', 'function', 'integration'] as const;

  it.each(kinds)('is refused for a %s, and the flow is named', async (kind) => {
    const { paths, flow } = await aUsedWorld();
    for (const query of ['', '?force=false']) {
      const refused = await ask('DELETE', paths[kind] + query);
      expect([refused.status, refused.body.code]).toEqual([409, 'resource.in_use']);
      expect(refused.body.errors[0].message).toContain(flow.name);
    }
    expect((await ask('GET', paths[kind])).status).toBe(200);
    expect((await ask('GET', `flows/${flow.id}`)).body).toEqual(flow);
    expect((await ask('DELETE', `${paths[kind]}?force=yes`)).status).toBe(400);
  });

  it.each(kinds)('by force takes a %s out of the flow, as a new version', async (kind) => {
    const { paths, flow } = await aUsedWorld();
    expect((await ask('DELETE', `${paths[kind]}?force=true`)).status).toBe(204);
    expect((await ask('GET', paths[kind])).status).toBe(404);
    const left = (await ask('GET', `flows/${flow.id}`)).body;
    expect(left.version).toBe(2);
    expect(left.nodes).toEqual(flow.nodes.filter(({ id }: Body) => id !== kind));
    expect(left.edges).toEqual(flow.edges.filter((edge: Body) => edge.source !== kind && edge.target !== kind));
    const versions = (await ask('GET', `flows/${flow.id}/versions`)).body;
    const me = (await ask('GET', 'auth/me')).body;
    expect(versions.map(({ version, created_by }: Body) => [version, created_by])).toEqual([
      [2, me.id],
      [1, me.id],
    ]);
    const used = (await ask('GET', `flows?entity_id=${paths[kind].split('/')[1]}`)).body;
    expect(used).toEqual([]);
  });

  it('leaves one record for each row that changed, of the same request', async () => {
    const { paths, flow } = await aUsedWorld();
    await ask('DELETE', `${paths.label}?force=true`);
    const ofFlow = (await ask('GET', `audit?subject_id=${flow.id}`)).body;
    const ofLabel = (await ask('GET', `audit?subject_id=${paths.label.split('/')[1]}`)).body;
    expect([ofFlow[0].action, ofLabel[0].action]).toEqual(['flow.updated', 'label.deleted']);
    expect(ofFlow[0].request_id).toBe(ofLabel[0].request_id);
    expect(ofFlow[0].changes.version).toEqual({ before: 1, after: 2 });
  });

  it('by force disables a flow that could do nothing any more, and the flow says why until it is enabled', async () => {
    const { paths, flow } = await aUsedWorld();
    await ask('DELETE', `${paths.label}?force=true`);
    expect((await ask('GET', `flows/${flow.id}`)).body).toMatchObject({ enabled: true, disabled_reason: null });
    const device = (await ask('GET', paths.device)).body;
    await ask('DELETE', `${paths.device}?force=true`);
    const stopped = (await ask('GET', `flows/${flow.id}`)).body;
    const disabled_reason = `the device "${device.name}" was deleted: nothing starts the flow any more`;
    expect(stopped).toMatchObject({ version: 3, enabled: false, status: 'inactive', disabled_reason });
    // What GET gave may be PUT, and the reason is nobody's to set.
    expect((await ask('PUT', `flows/${flow.id}`, stopped)).body).toEqual(stopped);
    expect((await ask('PUT', `flows/${flow.id}`, { disabled_reason: 'because' })).status).toBe(400);

    const other = await tenant.aDevice();
    const node = { ...flow.nodes[1], data: { entityId: other.id } };
    const edge = flow.edges.find(({ source }: Body) => source === 'device');
    const mended = { nodes: [...stopped.nodes, node], edges: [...stopped.edges, edge], enabled: true };
    expect((await ask('PUT', `flows/${flow.id}`, mended)).body).toMatchObject({ enabled: true, disabled_reason: null });
  });

  it('by force disables a flow whose messages would lead nowhere', async () => {
    const { paths, flow } = await aUsedWorld();
    await ask('DELETE', `${paths.integration}?force=true`);
    const stopped = (await ask('GET', `flows/${flow.id}`)).body;
    expect(stopped.enabled).toBe(false);
    expect(stopped.disabled_reason).toContain('its messages lead nowhere any more');
  });

  it('by force changes nothing where somebody else still holds on to the row', async () => {
    const { paths, flow } = await aUsedWorld();
    const id = paths.label.split('/')[1];
    const holder = { kind: 'flow' as const, id: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90', name: 'a holder' };
    server.app.get(Usages).register((_db, _tenant, _kind, used) => Promise.resolve(used === id ? [holder] : []));
    const refused = await ask('DELETE', `${paths.label}?force=true`);
    expect([refused.status, refused.body.code]).toEqual([409, 'resource.in_use']);
    expect((await ask('GET', `flows/${flow.id}`)).body).toEqual(flow);
    expect((await ask('GET', paths.label)).status).toBe(200);
  });

  it('by force survives somebody who saves the flow at the same time', async () => {
    const { paths, flow } = await aUsedWorld();
    const saves = Array.from({ length: 8 }, (_, index) =>
      ask('PATCH', `flows/${flow.id}`, { layout: { zoom: index }, nodes: flow.nodes, edges: flow.edges }),
    );
    const deletions = [paths.label, paths.device].map((path) => ask('DELETE', `${path}?force=true`));
    const answers = await Promise.all([...saves, ...deletions]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expect(answers.slice(-2).map(({ status }) => status)).toEqual([204, 204]);
    const left = (await ask('GET', `flows/${flow.id}`)).body;
    expect(left.nodes.map(({ id }: Body) => id as string)).toEqual(['function', 'integration']);
  });
});

describe('what was deleted', () => {
  let world: HistoryWorld;

  beforeAll(async () => {
    world = await HistoryWorld.create();
    for (const path of [
      `labels/${world.label.id}?force=true`,
      `functions/${world.fn.id}?force=true`,
      `integrations/${world.good.id}?force=true`,
      `devices/${world.device.id}`,
      `flows/${world.flow.id}`,
    ]) {
      const { status } = await world.app.http('DELETE', `/api/v1/${path}`, { token: world.tenant.token });
      expect([path, status]).toEqual([path, 204]);
    }
  }, 60_000);
  afterAll(() => world.close());

  it('keeps its name in the histories of all that it did', async () => {
    const [run] = await world.get('flows/history');
    expect(run.flow.name).toMatch(/^flow /);
    const [step] = await world.get('functions/history');
    expect([step.function.name, step.flow.name]).toEqual(['to Fahrenheit', run.flow.name]);
    const [delivery] = await world.get('integrations/history?status=delivered');
    expect(delivery.integration).toMatchObject({ id: world.good.id, name: expect.stringMatching(/^http /) });
    expect(delivery.flow.name).toBe(run.flow.name);
    const events = await world.get('devices/history?event=up');
    expect(events[0].device).toMatchObject({ id: world.device.id, name: world.device.name });
  });

  it('keeps its own history', async () => {
    expect((await world.get(`flows/${world.flow.id}/history`)).length).toBeGreaterThan(0);
    expect((await world.get(`functions/${world.fn.id}/history`)).length).toBeGreaterThan(0);
    expect((await world.get(`integrations/${world.good.id}/history`)).length).toBeGreaterThan(0);
    expect((await world.get(`devices/${world.device.id}/history`)).length).toBeGreaterThan(0);
    expect((await world.get(`labels/${world.label.id}/history`)).length).toBeGreaterThan(0);
  });

  it('keeps its name in a run that is looked at node by node', async () => {
    const run = await world.runOf(world.events.converted);
    const named = run.steps.map(({ type, name }: Body) => [type, name]);
    expect(named).toContainEqual(['label', 'rooms']);
    expect(named).toContainEqual(['function', 'to Fahrenheit']);
    expect(run.steps.every(({ name }: Body) => name !== null)).toBe(true);
  });
});
