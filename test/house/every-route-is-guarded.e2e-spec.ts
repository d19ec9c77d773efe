import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouteTable } from '../../src/core/http/route-table.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { addressOf, innerResources, Owner, resources, type Resource } from './guarded-resources.js';

/** Everything that may be called without a credential. Who adds a line here has thought about it. */
const publicRoutes = [
  'GET /',
  'GET /api/health',
  'GET /api/v1/auth/.well-known/jwks.json',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/register',
  'POST /api/v1/invitations/accept',
  'POST /api/devices/claim',
  'POST /gateway/api/devices/claim',
  'POST /gateway/devices/claim',
];
const isPublic = (route: string): boolean => publicRoutes.includes(route) || route.startsWith('GET /api/docs');

/** The platform's operator's, over all tenants: nothing in them is anybody's own. */
const isOperators = (route: string): boolean =>
  route.includes(' /api/v1/admin/') || route === 'PATCH /api/v1/users/:id';

/** What even a viewer may send: about oneself. */
const ownRoutes = [
  'DELETE /api/v1/auth/sessions/:id',
  'PATCH /api/v1/auth/me',
  'POST /api/v1/auth/change-password',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/logout-everywhere',
  'POST /api/v1/auth/switch',
];

const clock = new FakeClock();
let server: TestApp;
/** As the router has them: `GET /api/v1/devices/:id`. */
let guarded: string[];
let withId: { route: string; resource: Resource }[];

beforeAll(async () => {
  server = await startTestApp({ clock });
  guarded = allRoutes().filter((route) => !isPublic(route));
  const ofTenants = guarded.filter((route) => !isOperators(route));
  withId = ofTenants.filter((route) => route.includes(':')).map((route) => ({ route, resource: resourceOf(route) }));
});
afterAll(() => server.close());

describe('every route', () => {
  it('is one that the router has, also where it is public', () => {
    expect(publicRoutes.filter((route) => !allRoutes().includes(route))).toEqual([]);
    expect(guarded.length).toBeGreaterThan(10);
  });

  it('refuses a request without a credential', async () => {
    const faults = await faultsOf(guarded, { status: 401, code: 'auth.missing_credentials' }, {});
    expect(faults).toEqual([]);
  });

  it.each([
    ['an access token', { token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AAAA' }],
    ['an API key', { apiKey: 'flk_0123456789abcdef_0000000000000000000000000000000000000000000000000' }],
    ['a credential of no known kind', { token: 'letmein' }],
    ['basic authentication', { headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } }],
  ])('refuses %s that is not good', async (_, credential) => {
    const faults = await faultsOf(guarded, { status: 401, code: 'auth.invalid_credentials' }, credential);
    expect(faults).toEqual([]);
  });

  it('says whom it admits', async () => {
    const { token } = await server.signUp();
    const closed: string[] = [];
    for (const route of guarded.filter((one) => !ownRoutes.includes(one))) {
      const { code } = await answerOf(route, { token });
      if (code === 'auth.route_closed') closed.push(route);
    }
    expect(closed).toEqual([]);
  });

  it('that changes something refuses a viewer', async () => {
    const { token, userId } = await server.signUp();
    await server.database.query(`UPDATE memberships SET role = 'viewer' WHERE user_id = $1`, [userId]);
    clock.advance(31_000);
    const changing = guarded.filter((route) => !route.startsWith('GET ') && !ownRoutes.includes(route));
    expect(await faultsOf(changing, { status: 403, code: 'auth.forbidden' }, { token })).toEqual([]);
  });
});

describe("every route of the platform's operator", () => {
  it("refuses a tenant's admin", async () => {
    const { token } = await server.signUp();
    const faults = await faultsOf(guarded.filter(isOperators), { status: 403, code: 'auth.forbidden' }, { token });
    expect(faults).toEqual([]);
  });
});

describe('every route with an id', () => {
  it("answers a foreign tenant's as if it did not exist, and leaves it as it is", async () => {
    const owner = new Owner(server, (await server.signUp()).token);
    const stranger = new Owner(server, (await server.signUp()).token);
    const rows = new Map<Resource, { id: string; before: unknown }>();
    for (const resource of new Set(withId.map((one) => one.resource))) {
      const id = await resource.make(owner);
      const before = await owner.call(`GET ${resource.shownAt ?? resource.at}:id`, [id]);
      expect([resource.at, before.status]).toEqual([resource.at, 200]);
      rows.set(resource, { id, before: before.body });
    }

    const faults: string[] = [];
    for (const { route, resource } of withId) {
      const id = rows.get(resource)?.id ?? '';
      const answer = await stranger.call(route, [id]);
      if (!isNotFound(answer)) faults.push(`${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    expect(faults).toEqual([]);

    for (const [resource, { id, before }] of rows) {
      expect((await owner.call(`GET ${resource.shownAt ?? resource.at}:id`, [id])).body).toEqual(before);
    }
  });

  it("answers a foreign tenant's as if it did not exist also below a row of one's own", async () => {
    const owner = new Owner(server, (await server.signUp()).token);
    const stranger = new Owner(server, (await server.signUp()).token);
    const faults: string[] = [];
    for (const { route, resource } of withId) {
      const [, inner] = route.split('/').filter((part) => part.startsWith(':'));
      const innerResource = resources.find(({ at }) => inner !== undefined && at === innerResources[inner]);
      if (innerResource === undefined) continue;
      const [own, foreign] = [await resource.make(stranger), await innerResource.make(owner)];
      const answer = await stranger.call(route, [own, foreign]);
      if (!isNotFound(answer)) faults.push(`${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    expect(faults).toEqual([]);
  });
});

function allRoutes(): string[] {
  const known = server.app.get(RouteTable).list();
  const asked = known.filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS');
  return [...new Set(asked.map(({ method, pattern }) => `${method} ${pattern}`))].sort();
}

function resourceOf(route: string): Resource {
  const [, pattern = ''] = route.split(' ');
  const [found] = resources
    .filter(({ at }) => pattern.startsWith(`${at}:`))
    .sort((one, other) => other.at.length - one.at.length);
  if (found === undefined)
    throw new Error(`${route}: test/house/guarded-resources.ts does not say how to make its row`);
  return found;
}

interface Refusal {
  status: number;
  code: string;
}

async function answerOf(route: string, credential: object): Promise<Refusal> {
  const [method = '', pattern = ''] = route.split(' ');
  const answer = await server.http(method, addressOf(pattern, []), credential);
  return { status: answer.status, code: codeOf(answer.body) };
}

/** Every route that answers anything else. */
async function faultsOf(routes: readonly string[], expected: Refusal, credential: object): Promise<string[]> {
  const faults: string[] = [];
  for (const route of routes) {
    const { status, code } = await answerOf(route, credential);
    if (status !== expected.status || code !== expected.code) faults.push(`${route} answered ${status} ${code}`);
  }
  return faults;
}

/** Not the router's own 404, which would only say that the test asked for a wrong address. */
function isNotFound({ status, body }: { status: number; body: unknown }): boolean {
  const code = codeOf(body);
  return status === 404 && code.endsWith('.not_found') && code !== 'http.not_found';
}

function codeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'without a code';
}
