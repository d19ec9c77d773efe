import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Changes } from '../../src/core/changes/changes.js';
import { FlowMatcherService, type MatchedFlow } from '../../src/modules/flows/flow-matcher.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { FakeClock } from '../support/fake-clock.js';
import { TenantWorld } from '../support/tenant-world.js';

const clock = new FakeClock();
let server: TestApp;
let world: TenantWorld;
let matcher: FlowMatcherService;

beforeAll(async () => {
  server = await startTestApp({ clock });
  world = await TenantWorld.create(server);
  matcher = server.app.get(FlowMatcherService);
});
afterAll(() => server.close());

const match = (
  deviceId: string,
  labelIds: string[] = [],
  event = 'up',
  tenantId = world.tenantId,
): Promise<MatchedFlow[]> => matcher.match({ tenantId, deviceId, labelIds, event, fPort: 1 });
const put = async (flowId: string, body: object): Promise<void> => {
  await server.http('PUT', `/api/v1/flows/${flowId}`, { token: world.token, body });
  await server.settled();
};

describe('matching', () => {
  it('finds the flows of a device and follows every edit at once', async () => {
    const device = await world.aDevice();
    const sink = await world.anIntegration('http', { url: 'https://example.org' });
    expect(await match(device.id)).toEqual([]);
    const flow = await world.aChain(['device', device.id], ['integration', sink.id]);
    expect(await match(device.id)).toMatchObject([
      { flowId: flow.id, version: 1, triggerNodeIds: ['n0'], triggerSource: 'device' },
    ]);
    await put(flow.id, { enabled: false });
    expect(await match(device.id)).toEqual([]);
    await put(flow.id, { enabled: true, layout: { zoom: 2 } });
    expect(await match(device.id)).toMatchObject([{ version: 2 }]);
    await server.http('DELETE', `/api/v1/flows/${flow.id}`, { token: world.token });
    await server.settled();
    expect(await match(device.id)).toEqual([]);
  });

  it('does not cross tenants', async () => {
    const device = await world.aDevice();
    const sink = await world.anIntegration('http', { url: 'https://example.org' });
    await world.aChain(['device', device.id], ['integration', sink.id]);
    const { tenantId } = await server.signUp();
    expect(await match(device.id, [], 'up', tenantId)).toEqual([]);
    expect(await match(device.id)).toHaveLength(1);
  });

  it('asks the database once, and again after 30 s even if no change was heard', async () => {
    const device = await world.aDevice();
    const sink = await world.anIntegration('http', { url: 'https://example.org' });
    const { id } = await world.aChain(['device', device.id], ['integration', sink.id]);
    // Or what was just made is news once more in a second, and asked for again.
    await server.app.get(Changes).read();
    expect(await match(device.id)).toHaveLength(1);
    await server.database.query('UPDATE flows SET enabled = false WHERE id = $1', [id]);
    expect(await match(device.id)).toHaveLength(1);
    clock.advance(30_001);
    expect(await match(device.id)).toEqual([]);
  });
});

describe('graphOf', () => {
  it('gives the graph of any version, also of a deleted flow', async () => {
    const device = await world.aDevice();
    const sink = await world.anIntegration('http', { url: 'https://example.org' });
    const tenant = { id: world.tenantId };
    const flow = await world.aChain(['device', device.id], ['integration', sink.id]);
    await put(flow.id, { nodes: [], edges: [] });
    await match(device.id);
    expect((await matcher.graphOf(tenant, flow.id, 1))?.outgoing('n0')).toEqual(['n1']);
    expect((await matcher.graphOf(tenant, flow.id, 2))?.nodes).toEqual([]);
    await server.http('DELETE', `/api/v1/flows/${flow.id}`, { token: world.token });
    expect((await matcher.graphOf(tenant, flow.id, 1))?.node('n1')).toMatchObject({
      type: 'integration',
      entityId: sink.id,
    });
    expect(await matcher.graphOf(tenant, flow.id, 3)).toBeNull();
    const { tenantId } = await server.signUp();
    expect(await matcher.graphOf({ id: tenantId }, flow.id, 1)).toBeNull();
  });
});
