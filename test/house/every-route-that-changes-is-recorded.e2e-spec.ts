import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HistoryWorld } from '../support/history-world.js';
import { Owner, resources } from './guarded-resources.js';
import { allRoutes } from './routes.js';
import { successfulCallOf, unrecordedRoutes } from './successful-calls.js';

describe('every route that changes something', () => {
  let world: HistoryWorld;
  let owner: Owner;
  let routes: string[];

  beforeAll(async () => {
    world = await HistoryWorld.create();
    owner = new Owner(world.app, world.tenant.token);
    routes = allRoutes(world.app).filter((route) => !route.startsWith('GET '));
  }, 60_000);
  afterAll(() => world.close());

  const recordsOf = async (requestId: string): Promise<string[]> => {
    const rows = await world.app.database.query<{ action: string }>(
      'SELECT action FROM audit_log WHERE request_id = $1 ORDER BY id',
      [requestId],
    );
    return rows.map(({ action }) => action);
  };

  it('writes exactly one row of the audit log when it succeeds', async () => {
    const faults: string[] = [];
    for (const { make } of resources) await make(owner);
    const done = new Set(owner.calls.filter(({ status }) => status < 300).map(({ route }) => route));
    const askers = new Set([owner]);
    for (const route of routes.filter((one) => !done.has(one) && !(one in unrecordedRoutes))) {
      const recipe = successfulCallOf(route);
      if (recipe === undefined) {
        faults.push(`${route}: test/house/successful-calls.ts does not say how to call it`);
        continue;
      }
      const { parameters = [], body, headers, as = owner } = await recipe(owner, world);
      askers.add(as);
      const answer = await as.call(route, parameters, body, headers);
      if (answer.status >= 300) faults.push(`${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    for (const { route, requestId, status } of [...askers].flatMap(({ calls }) => calls)) {
      if (status >= 300 || route.startsWith('GET ') || route in unrecordedRoutes) continue;
      const records = await recordsOf(requestId);
      if (records.length !== 1) faults.push(`${route} left ${records.length} records: ${records.join(', ')}`);
    }
    expect(faults).toEqual([]);
  }, 60_000);

  it('is one that the router has, also where it leaves no record', () => {
    expect(Object.keys(unrecordedRoutes).filter((route) => !routes.includes(route))).toEqual([]);
    expect(routes.length).toBeGreaterThan(30);
  });
});
