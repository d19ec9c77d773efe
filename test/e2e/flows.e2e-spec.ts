import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type Body, type TestAnswer, type TestApp } from '../support/app.js';
import { aDevEui } from '../support/uplinks.js';

const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
const url = '/api/v1/flows';
let server: TestApp;
let token: string;
let stranger: string;
let device: Body;
let label: Body;
let code: Body;
let integration: Body;

const ask = (method: string, path: string, body?: unknown, as = token): Promise<TestAnswer> =>
  server.http(method, path, { token: as, ...(body === undefined ? {} : { body }) });
const make = async (path: string, body: object): Promise<Body> => (await ask('POST', `/api/v1/${path}`, body)).body;

beforeAll(async () => {
  server = await startTestApp();
  ({ token } = await server.signUp());
  ({ token: stranger } = await server.signUp());
  device = await make('devices', { name: 'd', dev_eui: aDevEui() });
  label = await make('labels', { name: 'l' });
  code = await make('functions', { name: 'f', code: 'function process(m) { return m; }' });
  const config = { url: 'https://example.org/hook' };
  integration = await make('integrations', { name: 'i', type: 'http', config });
});
afterAll(() => server.close());

let made = 0;
const aName = (): string => `flow ${(made += 1)}`;
const node = (id: string, type: string, entityId: string, data: object = {}): Body => ({
  id,
  type,
  data: { entityId, ...data },
});
const edge = (source: string, target: string): Body => ({ id: `${source}-${target}`, source, target });
/** device → function → integration */
const aGraph = (): { nodes: Body[]; edges: Body[] } => ({
  nodes: [node('d', 'device', device.id), node('f', 'function', code.id), node('i', 'integration', integration.id)],
  edges: [edge('d', 'f'), edge('f', 'i')],
});
const aFlow = async (given: object = {}): Promise<Body> =>
  (await ask('POST', url, { name: aName(), ...aGraph(), ...given })).body;
const faultsOf = (answer: TestAnswer): string[] => [
  `${answer.status} ${answer.body.code}`,
  ...(answer.body.errors ?? []).map((error: Body) => error.path),
];

describe('POST /flows', () => {
  it('stores what a canvas draws, untouched but for the names of rows', async () => {
    const canvas = {
      nodes: [
        {
          id: 'device-1717000000000',
          type: 'device',
          position: { x: 0.5, y: -10 },
          measured: { width: 100, height: 40 },
          selected: true,
          data: {
            label: 'Sensor A',
            nodeType: 'device',
            deviceId: device.id.toUpperCase(),
            lastUpdated: 'x',
            style: { a: [1, null] },
          },
        },
        { id: 'n2', data: { nodeType: 'function', functionId: code.id } },
        { id: 'n3', type: 'integration', data: { integrationId: integration.id, entityId: integration.id } },
      ],
      edges: [
        { id: 'e', source: 'device-1717000000000', target: 'n2', animated: true, sourceHandle: null },
        edge('n2', 'n3'),
      ],
      layout: { viewport: { x: 1, y: 2, zoom: 0.75 } },
    };
    const name = aName();
    const answer = await ask('POST', url, { name, description: 'd', ...canvas });
    expect(answer.status).toBe(201);
    const [drawn] = canvas.nodes;
    const { deviceId: _, ...data } = drawn?.data as Body;
    expect(answer.body).toEqual({
      id: expect.any(String),
      name,
      description: 'd',
      disabled_reason: null,
      nodes: [
        { ...drawn, data: { ...data, entityId: device.id } },
        { id: 'n2', type: 'function', data: { nodeType: 'function', entityId: code.id } },
        { id: 'n3', type: 'integration', data: { entityId: integration.id } },
      ],
      edges: canvas.edges,
      layout: canvas.layout,
      enabled: true,
      status: 'active',
      version: 1,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect((await ask('GET', `${url}/${answer.body.id}`)).body).toEqual(answer.body);
    const rows = await server.database.query(
      'SELECT node_id, type, entity_id FROM flow_nodes WHERE flow_id = $1 ORDER BY 1',
      [answer.body.id],
    );
    expect(rows).toHaveLength(3);
  });

  it('makes an empty flow, to be filled later', async () => {
    const name = aName();
    const answer = await ask('POST', url, { name });
    expect([answer.status, answer.body.nodes, answer.body.edges, answer.body.layout]).toEqual([201, [], [], null]);
    expect((await ask('POST', url, { name })).body.code).toBe('flow.name_taken');
    expect((await ask('PUT', `${url}/${answer.body.id}`, aGraph())).body).toMatchObject({ version: 2 });
  });

  it('names each node that is not shaped like one', async () => {
    const nodes = ['x', { id: '' }, { id: 'a', data: { entityId: device.id } }, { id: 'b', type: 'device', data: {} }];
    const answer = await ask('POST', url, { name: aName(), nodes, edges: [{ source: 'a' }] });
    expect(faultsOf(answer)).toEqual([
      '400 validation.failed',
      'nodes.0',
      'nodes.1.id',
      'nodes.2.type',
      'nodes.3.data.entityId',
      'edges.0.target',
    ]);
    expect(answer.body.errors[3].message).toContain('"b"');
  });

  it('refuses what is not there, of an unknown kind, there twice, or wired into a trigger', async () => {
    const nodes = [
      node('a', 'device', nobodysId),
      node('b', 'oracle', nobodysId),
      node('c', 'function', code.id),
      node('c', 'function', code.id),
      node('d', 'device', device.id, { events: 'up' }),
      node('e', 'function', integration.id),
    ];
    const answer = await ask('POST', url, { name: aName(), nodes, edges: [edge('c', 'd'), edge('c', 'z')] });
    expect(faultsOf(answer).sort()).toEqual(
      [
        '400 flow.invalid',
        'nodes.0.data.entityId',
        'nodes.1.type',
        'nodes.3.id',
        'nodes.4.data.events',
        'nodes.5.data.entityId',
        'edges.0.target',
        'edges.1.target',
      ].sort(),
    );
    for (const { message } of answer.body.errors) expect(message).toMatch(/"[a-z]"/);
  });

  it("refuses another tenant's rows as if they were not there", async () => {
    const answer = await ask('POST', url, { name: aName(), ...aGraph() }, stranger);
    expect(faultsOf(answer)).toEqual([
      '400 flow.invalid',
      'nodes.0.data.entityId',
      'nodes.1.data.entityId',
      'nodes.2.data.entityId',
    ]);
  });

  it('refuses a circle, and names it', async () => {
    const { nodes, edges } = aGraph();
    const answer = await ask('POST', url, { name: aName(), nodes, edges: [...edges, edge('i', 'f')] });
    expect(faultsOf(answer)).toEqual(['422 flow.cyclic', 'nodes.1']);
    expect(answer.body.detail).toContain('"f" → "i" → "f"');
  });

  it('refuses sixty diamonds in a row at once', async () => {
    const nodes = [node('d', 'device', device.id)];
    const edges: Body[] = [];
    let tip = 'd';
    for (let number = 0; number < 60; number += 1) {
      const [left, right, join] = [`l${number}`, `r${number}`, `j${number}`];
      nodes.push(...[left, right, join].map((id) => node(id, 'function', code.id)));
      edges.push(edge(tip, left), edge(tip, right), edge(left, join), edge(right, join));
      tip = join;
    }
    const startedMs = performance.now();
    const answer = await ask('POST', url, { name: aName(), nodes, edges });
    expect(faultsOf(answer)).toEqual(['422 flow.too_many_steps']);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('refuses more than 200 nodes, 1,000 edges or 512 KiB', async () => {
    const nodes = Array.from({ length: 201 }, (_, index) => node(`n${index}`, 'function', code.id));
    expect(faultsOf(await ask('POST', url, { name: aName(), nodes }))).toEqual(['400 validation.failed', 'nodes']);
    const edges = Array.from({ length: 1_001 }, () => edge('a', 'b'));
    expect(faultsOf(await ask('POST', url, { name: aName(), edges }))).toEqual(['400 validation.failed', 'edges']);
    const large = [node('a', 'device', device.id, { note: 'x'.repeat(600_000) })];
    expect(faultsOf(await ask('POST', url, { name: aName(), nodes: large, enabled: false }))).toEqual([
      '400 validation.failed',
      'nodes',
    ]);
    expect(
      faultsOf(
        await ask('POST', url, { name: aName(), nodes: [node('a', 'device', device.id, { note: 'a\u0000' })] }),
      )[0],
    ).toMatch(/^400/);
  });

  it('lets a flow under construction be saved only while it is disabled', async () => {
    const loose = { nodes: [node('d', 'device', device.id), node('f', 'function', code.id)], edges: [] };
    expect(faultsOf(await ask('POST', url, { name: aName(), ...loose }))).toEqual(['422 flow.incomplete']);
    const { id } = await aFlow({ ...loose, enabled: false });
    expect(faultsOf(await ask('PUT', `${url}/${id}`, { enabled: true }))).toEqual(['422 flow.incomplete']);
    const wired = await ask('PUT', `${url}/${id}`, { enabled: true, edges: [edge('d', 'f')] });
    expect(wired.body).toMatchObject({ enabled: true, status: 'active', version: 2 });
  });
});

describe('PUT and PATCH /flows/{id}', () => {
  it('makes a version only of what changes the graph', async () => {
    const { id } = await aFlow();
    expect((await ask('PUT', `${url}/${id}`, { description: 'x', enabled: false })).body).toMatchObject({
      version: 1,
      status: 'inactive',
    });
    expect((await ask('PUT', `${url}/${id}`, { layout: { a: { b: 1 } } })).body).toMatchObject({ version: 2 });
    expect((await ask('PATCH', `${url}/${id}`, { layout: { a: { c: 2 } } })).body).toMatchObject({
      version: 3,
      layout: { a: { b: 1, c: 2 } },
    });
    const got = (await ask('GET', `${url}/${id}`)).body;
    expect((await ask('PUT', `${url}/${id}`, got)).body).toEqual(got);
    expect((await ask('PUT', `${url}/${id}`, { nodes: null, edges: null, layout: null })).body).toMatchObject({
      version: 4,
      nodes: [],
      edges: [],
      layout: null,
    });
  });

  it('refuses a lost update and what is read-only', async () => {
    const { id } = await aFlow();
    const read = await ask('GET', `${url}/${id}`);
    await ask('PUT', `${url}/${id}`, { description: 'faster' });
    const headers = { 'if-match': String(read.headers['etag']) };
    expect((await server.http('PUT', `${url}/${id}`, { token, headers, body: { edges: [] } })).status).toBe(412);
    expect((await ask('PUT', `${url}/${id}`, { version: 7 })).status).toBe(400);
    expect((await ask('PUT', `${url}/${id}`, { tenant_id: nobodysId })).status).toBe(400);
  });
});

describe('versions of a flow', () => {
  it('are listed, shown and brought back', async () => {
    const { id, nodes, edges } = await aFlow();
    await ask('PUT', `${url}/${id}`, { edges: [edge('d', 'i')] });
    const list = await ask('GET', `${url}/${id}/versions`);
    expect(list.body).toEqual([
      { version: 2, created_at: expect.any(String), created_by: expect.any(String), node_count: 3, edge_count: 1 },
      { version: 1, created_at: expect.any(String), created_by: expect.any(String), node_count: 3, edge_count: 2 },
    ]);
    expect((await ask('GET', `${url}/${id}/versions/1`)).body).toMatchObject({ flow_id: id, version: 1, nodes, edges });
    expect((await ask('GET', `${url}/${id}/versions/9`)).body.code).toBe('flow.version_not_found');
    expect((await ask('POST', `${url}/${id}/versions/1/restore`)).body).toMatchObject({ version: 3, nodes, edges });
    expect((await ask('GET', `${url}/${id}/versions/1`, undefined, stranger)).status).toBe(404);
  });

  it('are not brought back when what they name is gone', async () => {
    const lost = await make('functions', { name: 'soon gone', code: 'function p(m) { return m; }' });
    const { id } = await aFlow({
      nodes: [node('d', 'device', device.id), node('f', 'function', lost.id)],
      edges: [edge('d', 'f')],
    });
    await ask('PUT', `${url}/${id}`, aGraph());
    expect((await ask('DELETE', `/api/v1/functions/${lost.id}`)).status).toBe(204);
    expect(faultsOf(await ask('POST', `${url}/${id}/versions/1/restore`))).toEqual([
      '400 flow.invalid',
      'nodes.1.data.entityId',
    ]);
  });
});

describe('what a flow uses', () => {
  it.each(['devices', 'labels', 'functions', 'integrations'])('cannot be deleted: %s', async (kind) => {
    const used = { devices: device, labels: label, functions: code, integrations: integration }[kind];
    const { id, name } = await aFlow({
      nodes: [...aGraph().nodes, node('l', 'label', label.id)],
      edges: [...aGraph().edges, edge('l', 'i')],
    });
    const refused = await ask('DELETE', `/api/v1/${kind}/${used.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'resource.in_use']);
    expect(refused.body.detail).toContain(name);
    const found = (await ask('GET', `${url}?entity_id=${used.id}&limit=1000`)).body.map((flow: Body) => flow.id);
    expect(found).toContain(id);
  });

  it('is free again when the flow is deleted', async () => {
    const own = await make('integrations', { name: 'own', type: 'http', config: { url: 'https://example.org' } });
    const { id } = await aFlow({
      nodes: [node('d', 'device', device.id), node('i', 'integration', own.id)],
      edges: [edge('d', 'i')],
    });
    expect((await ask('DELETE', `/api/v1/integrations/${own.id}`)).status).toBe(409);
    expect((await ask('DELETE', `${url}/${id}`, undefined, stranger)).status).toBe(404);
    expect((await ask('DELETE', `${url}/${id}`)).status).toBe(204);
    expect((await ask('GET', `${url}/${id}`)).status).toBe(404);
    expect((await ask('DELETE', `/api/v1/integrations/${own.id}`)).status).toBe(204);
  });
});
