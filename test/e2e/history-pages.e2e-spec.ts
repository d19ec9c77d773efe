import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Body, TestAnswer } from '../support/app.js';
import { HistoryWorld } from '../support/history-world.js';
import { TenantWorld } from '../support/tenant-world.js';

describe('every history', () => {
  let world: HistoryWorld;
  let stranger: TenantWorld;

  beforeAll(async () => {
    world = await HistoryWorld.create();
    stranger = await TenantWorld.create(world.app);
  });
  afterAll(() => world.close());

  const idsOf = (entries: Body) => entries.map((entry: Body) => entry.id);
  /** Every entry, page by page as the Link headers lead, and how many pages that took. */
  const walk = async (path: string): Promise<{ entries: Body[]; pages: number }> => {
    const entries: Body[] = [];
    let next: string | undefined = `/api/v1/${path}`;
    let pages = 0;
    for (; next !== undefined; pages += 1) {
      const page: TestAnswer = await world.app.http('GET', next, { token: world.tenant.token });
      expect(page.status).toBe(200);
      entries.push(...page.body);
      next = /<https?:\/\/[^/]+([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
    }
    return { entries, pages };
  };

  const all = ['devices', 'flows', 'functions', 'integrations'];

  it.each(all)('%s: pages by Link to the last entry, each once, as one long page has them', async (resource) => {
    const { entries: once } = await walk(`${resource}/history?limit=1000`);
    const { entries, pages } = await walk(`${resource}/history?limit=2`);
    expect(once.length).toBeGreaterThanOrEqual(3);
    expect(idsOf(entries)).toEqual(idsOf(once));
    expect(new Set(idsOf(entries)).size).toBe(once.length);
    expect(pages).toBe(Math.ceil(once.length / 2));
  });

  it.each(all)('%s: skips, and counts when asked', async (resource) => {
    const whole = await world.ask(`${resource}/history?limit=1000`);
    expect(whole.headers['x-total-count']).toBeUndefined();
    const page = await world.ask(`${resource}/history?skip=1&limit=2&count=true`);
    expect(page.body).toEqual(whole.body.slice(1, 3));
    expect(page.headers['x-total-count']).toBe(String(whole.body.length));
  });

  it.each(all)('%s: is also at /all-history', async (resource) => {
    expect(await world.get(`${resource}/all-history`)).toEqual(await world.get(`${resource}/history`));
  });

  it.each(all)('%s: ends where a time range ends', async (resource) => {
    expect(await world.get(`${resource}/history?to=2020-01-01T00:00:00Z`)).toEqual([]);
    expect(await world.get(`${resource}/history?from=2199-01-01T00:00:00Z`)).toEqual([]);
  });

  it.each(all)('%s: refuses cursors, times, filters and skips that cannot be', async (resource) => {
    for (const query of [
      'cursor=abc',
      'cursor=a%20b',
      'from=yesterday',
      'to=2026-99-01T00:00:00Z',
      'skip=10001',
      'x=1',
    ]) {
      expect([query, (await world.ask(`${resource}/history?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it.each(all)('%s: takes another history’s cursor for a place in time', async (resource) => {
    const [, link = ''] =
      /cursor=([\w-]+)/.exec(String((await world.ask('functions/history?limit=1')).headers['link'])) ?? [];
    expect((await world.ask(`${resource}/history?cursor=${link}`)).status).toBe(200);
  });

  it.each(all)('%s: shows a stranger nothing, and knows no rows of other tenants', async (resource) => {
    const { device, flow, fn, good } = world;
    const id = { devices: device, flows: flow, functions: fn, integrations: good }[resource]?.id ?? '';
    expect((await world.ask(`${resource}/history`, stranger.token)).body).toEqual([]);
    for (const [unknown, token] of [
      [id, stranger.token],
      [randomUUID(), world.tenant.token],
    ] as const) {
      const refused = await world.ask(`${resource}/${unknown}/history`, token);
      expect(refused).toMatchObject({ status: 404, body: { code: `${resource.slice(0, -1)}.not_found` } });
    }
  });
});
