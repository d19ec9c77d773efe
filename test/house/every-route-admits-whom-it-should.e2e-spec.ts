import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roles, scopes } from '../../src/modules/auth/principal.decorator.js';
import { buildOpenApi } from '../../src/openapi.js';
import { startTestApp, type TestAnswer, type TestApp, type TestRequest } from '../support/app.js';
import { aCast, type Cast } from '../support/cast.js';
import { FakeClock } from '../support/fake-clock.js';
import { ApiDocument } from '../support/fuzz/api-document.js';
import { accessOf, publicRoutes, type Access } from './access-table.js';
import { addressOf } from './guarded-resources.js';
import { allRoutes, documentedPath } from './routes.js';

/** Served, and in no document: pages and what Prometheus reads. */
const undocumented = ['GET /', 'GET /metrics'];
/** Whoever calls these with a good token has none afterwards. */
const farewells = ['POST /api/v1/auth/logout', 'POST /api/v1/auth/logout-everywhere'];
const tokenLifetimeMs = 15 * 60_000;

const clock = new FakeClock();
let server: TestApp;
let routes: string[];
let cast: Cast;
let expired: string;

beforeAll(async () => {
  server = await startTestApp({ clock });
  routes = allRoutes(server);
  expired = (await server.signUp()).token;
  clock.advance(tokenLifetimeMs + 1_000);
  cast = await aCast(server);
}, 60_000);
afterAll(() => server.close());

/** How the route answers: let in, whatever it then said of ids that nobody has and bodies that are empty. */
async function verdictOf(route: string, credential: TestRequest): Promise<string> {
  const [method = '', pattern = ''] = route.split(' ');
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
  const answer = await server.http(method, addressOf(pattern, []), { ...credential, ...body });
  return isRefusal(answer) ? `${answer.status} ${String(answer.body.code)}` : 'admitted';
}

/** A refusal by the guard; a login with a wrong password is none. */
function isRefusal({ status, body }: TestAnswer): boolean {
  const refusals = ['auth.missing_credentials', 'auth.invalid_credentials', 'auth.forbidden', 'auth.route_closed'];
  return (status === 401 || status === 403) && refusals.includes(String(body?.code));
}

async function faultsOf(
  credential: TestRequest | ((route: string) => Promise<TestRequest>),
  expected: (access: Access) => string,
) {
  const faults: string[] = [];
  for (const route of routes) {
    const sent = typeof credential === 'function' ? await credential(route) : credential;
    const [verdict, wanted] = [await verdictOf(route, sent), expected(accessOf(route))];
    if (verdict !== wanted) faults.push(`${route}: ${verdict}, and not ${wanted}`);
  }
  return faults;
}

const forbidden = '403 auth.forbidden';

describe('every route', () => {
  it('is in the document or in a reviewed list, and every public one is really there', () => {
    const document = new ApiDocument(buildOpenApi(server.app));
    const documented = document.operations.map(({ name }) => name);
    const pages = (route: string) => undocumented.includes(route) || route.startsWith('GET /api/docs');
    expect(routes.filter((route) => !documented.includes(documentedPath(route)) && !pages(route))).toEqual([]);
    expect([...publicRoutes, ...undocumented].filter((route) => !routes.includes(route))).toEqual([]);
    expect(routes.length).toBeGreaterThan(80);
  });

  it('admits nobody without a credential but where it is public', async () => {
    const wanted = ({ users }: Access) => (users === 'anybody' ? 'admitted' : '401 auth.missing_credentials');
    expect(await faultsOf({}, wanted)).toEqual([]);
  });

  it('admits nobody with a token that has expired', async () => {
    const wanted = ({ users }: Access) => (users === 'anybody' ? 'admitted' : '401 auth.invalid_credentials');
    const routesThatLook = ['POST /api/v1/invitations/accept'];
    const faults = await faultsOf({ token: expired }, wanted);
    expect(faults.filter((fault) => !routesThatLook.includes(fault.split(':')[0] ?? ''))).toEqual([]);
    expect(faults).toHaveLength(routesThatLook.length);
  });

  it.each([...roles, 'superuser'] as const)(
    'admits a user who is %s where it should',
    async (role) => {
      const wanted = ({ users }: Access): string => {
        if (users === 'anybody') return 'admitted';
        if (users === 'superuser') return role === 'superuser' ? 'admitted' : forbidden;
        if (users === 'nobody') return forbidden;
        const rank = role === 'superuser' ? roles.length : roles.indexOf(role);
        return rank >= roles.indexOf(users) ? 'admitted' : forbidden;
      };
      const tokenFor = async (route: string): Promise<TestRequest> => {
        const { users } = farewells.includes(route) ? await aCast(server) : cast;
        return { token: users[role] };
      };
      expect(await faultsOf(tokenFor, wanted)).toEqual([]);
    },
    60_000,
  );

  it.each(scopes)('admits an API key with the scope %s, and no other, where it should', async (scope) => {
    const wanted = ({ users, keys }: Access) => (users === 'anybody' || keys === scope ? 'admitted' : forbidden);
    const faults = await faultsOf({ apiKey: cast.keys[scope] }, wanted);
    // Public, but not for keys.
    expect(faults).toEqual([`POST /api/v1/invitations/accept: ${forbidden}, and not admitted`]);
  });

  it('admits a device with its own key where it should', async () => {
    const wanted = ({ users, devices }: Access) => (users === 'anybody' || devices ? 'admitted' : forbidden);
    const faults = await faultsOf({ token: cast.device }, wanted);
    expect(faults).toEqual([`POST /api/v1/invitations/accept: ${forbidden}, and not admitted`]);
  });

  it('admits a device with the key that it shares with others where it should', async () => {
    const wanted = ({ users, provisioning }: Access) => (users === 'anybody' || provisioning ? 'admitted' : forbidden);
    for (const credential of [
      { token: cast.provisioningKey },
      { headers: { 'x-provisioning-key': cast.provisioningKey } },
    ]) {
      const faults = await faultsOf(credential, wanted);
      expect(faults).toEqual([`POST /api/v1/invitations/accept: ${forbidden}, and not admitted`]);
    }
  });
});
