import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { aCast } from '../support/cast.js';
import { accessOf } from './access-table.js';
import { addressOf, innerResources, makers, Owner, resources, type Resource } from './guarded-resources.js';
import { allRoutes } from './routes.js';

const isPublic = (route: string): boolean => accessOf(route).users === 'anybody';
const isOperators = (route: string): boolean => accessOf(route).users === 'superuser';

let server: TestApp;
/** As the router has them: `GET /api/v1/devices/:id`. */
let guarded: string[];
let withId: { route: string; resource: Resource }[];

beforeAll(async () => {
  server = await startTestApp();
  guarded = allRoutes(server).filter((route) => !isPublic(route));
  const ofTenants = guarded.filter((route) => !isOperators(route));
  withId = ofTenants.filter((route) => route.includes(':')).map((route) => ({ route, resource: resourceOf(route) }));
});
afterAll(() => server.close());

describe('every route that asks for a credential', () => {
  it.each([
    ['an access token', { token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AAAA' }],
    ['an API key', { apiKey: 'flk_0123456789abcdef_0000000000000000000000000000000000000000000000000' }],
    ['a credential of no known kind', { token: 'letmein' }],
    ['basic authentication', { headers: { authorization: 'Basic YWRtaW46YWRtaW4=' } }],
  ])('refuses %s that is not good', async (_, credential) => {
    const faults = await faultsOf(guarded, { status: 401, code: 'auth.invalid_credentials' }, credential);
    expect(faults).toEqual([]);
  });
});

describe('every route with an id', () => {
  it("answers a foreign tenant's as if it did not exist, and leaves it as it is", async () => {
    const owner = new Owner(server, (await server.signUp()).token);
    const cast = await aCast(server);
    const people = new Owner(server, cast.users.admin);
    const device = new Owner(server, cast.device);
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
      const { users, keys } = accessOf(route);
      const answer = await (users === 'nobody' ? device : people).call(route, [id]);
      const isMade = makers.includes(route) && answer.status === 201;
      if (!isNotFound(answer) && !isMade)
        faults.push(`${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
      const byKey = keys === null ? null : await new Owner(server, cast.keys[keys]).call(route, [id]);
      if (byKey !== null && !isNotFound(byKey) && !isMade) faults.push(`${route} answered a key ${byKey.status}`);
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

/** At the end of `type`: on routes of other systems' clients `code` is theirs. */
function codeOf(body: unknown): string {
  const isProblem = typeof body === 'object' && body !== null && 'type' in body;
  return isProblem ? String(body.type).replace('urn:fieldline:problem:', '') : 'without a code';
}
