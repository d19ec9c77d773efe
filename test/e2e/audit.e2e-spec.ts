import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Transactions } from '../../src/core/database/transactions.js';
import { withOrigin, withoutOrigin } from '../../src/core/origin/origin.js';
import { AuditService } from '../../src/modules/auth/audit/audit.service.js';
import { startTestApp, type Body, type TestApp } from '../support/app.js';

type Person = Awaited<ReturnType<TestApp['signUp']>>;

const url = '/api/v1/audit';
const nobodysId = '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90';
let server: TestApp;
let ann: Person;
let made = 0;

beforeAll(async () => {
  server = await startTestApp();
  ann = await server.signUp();
});
afterAll(() => server.close());

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, as = ann) =>
  server.http(method, path, { token: as.token, headers, ...(body === undefined ? {} : { body }) });

const trail = async (query: string, as = ann): Promise<Body[]> => {
  const answer = await ask('GET', `${url}?${query}`, undefined, {}, as);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.body as Body[];
};

const aLabel = async (given: object = {}, headers: Record<string, string> = {}): Promise<Body> =>
  (await ask('POST', '/api/v1/labels', { name: `label ${(made += 1)}`, ...given }, headers)).body;

describe('what is recorded of a change', () => {
  it('is who made it, from where, in which request, and what it was and became', async () => {
    const label = await aLabel({ color: '#00ff00' }, { 'x-request-id': 'request-1' });
    await ask('PUT', `/api/v1/labels/${label.id}`, { color: '#ff0000' }, { 'x-request-id': 'request-2' });
    await ask('DELETE', `/api/v1/labels/${label.id}`, undefined, { 'x-request-id': 'request-3' });
    const records = await trail(`subject_id=${label.id}`);
    expect(records.map(({ action, request_id }) => [action, request_id])).toEqual([
      ['label.deleted', 'request-3'],
      ['label.updated', 'request-2'],
      ['label.created', 'request-1'],
    ]);
    const username = ann.email.split('@')[0];
    expect(records[1]).toMatchObject({
      actor: { kind: 'user', id: ann.userId, name: username },
      subject: { kind: 'label', id: label.id, name: label.name },
      changes: { color: { before: '#00ff00', after: '#ff0000' } },
      report: null,
      address: '127.0.0.1',
      reason: null,
    });
    expect(Object.keys(records[1]?.changes as object)).toEqual(['color']);
    expect(records[0]?.changes).toMatchObject({ color: { before: '#ff0000', after: null } });
    expect((await ask('GET', `${url}/${records[1]?.id}`)).body).toEqual(records[1]);
  });

  it('names an API key by its name', async () => {
    const created = await ask('POST', '/api/v1/api-keys', { name: 'the console', scopes: ['write'] });
    const { body: label } = await server.http('POST', '/api/v1/labels', {
      apiKey: String(created.body.key),
      body: { name: 'by a key' },
    });
    const [record] = await trail(`subject_id=${label.id}`);
    expect(record?.actor).toEqual({ kind: 'api_key', id: created.body.id, name: 'the console' });
    expect((await trail(`actor_id=${created.body.id}`)).map(({ id }) => id)).toEqual([record?.id]);
  });

  it('is nothing where nothing was changed, refused or failed', async () => {
    const [label, other] = [await aLabel(), await aLabel()];
    await ask('PUT', `/api/v1/labels/${label.id}`, { name: label.name });
    await ask('PUT', `/api/v1/labels/${label.id}`, { name: other.name });
    await ask('PUT', `/api/v1/labels/${label.id}`, { shape: 'round' });
    expect((await trail(`subject_id=${label.id}`)).map(({ action }) => action)).toEqual(['label.created']);
  });

  it('goes with the transaction, and is the system’s outside of a request', async () => {
    const [audit, transactions] = [server.app.get(AuditService, { strict: false }), server.app.get(Transactions)];
    const tenant = { id: ann.tenantId };
    const subject = { kind: 'label', id: nobodysId, name: 'swept' };
    const failing = transactions.run(async (tx) => {
      await audit.record(tx, tenant, { action: 'label.deleted', subject });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await trail(`subject_id=${nobodysId}`)).toEqual([]);

    await withOrigin({ kind: 'system', reason: 'npx fieldline rotate-keys' }, () =>
      transactions.run((tx) => audit.record(tx, tenant, { action: 'label.deleted', subject })),
    );
    await withOrigin({ kind: 'request', requestId: 'r', address: '192.0.2.1' }, () =>
      withoutOrigin(() => transactions.run((tx) => audit.record(tx, tenant, { action: 'label.updated', subject }))),
    );
    const records = await trail(`subject_id=${nobodysId}`);
    expect(records.sort((a, b) => String(b.action).localeCompare(String(a.action)))).toMatchObject([
      { action: 'label.updated', actor: { kind: 'system', id: null, name: null }, reason: null, request_id: null },
      { action: 'label.deleted', actor: { kind: 'system' }, reason: 'npx fieldline rotate-keys', address: null },
    ]);
  });

  it('is one row for every 500 rows that were changed at once', async () => {
    const [audit, transactions] = [server.app.get(AuditService, { strict: false }), server.app.get(Transactions)];
    const ids = Array.from({ length: 1_001 }, (_, index) => `id ${index}`);
    await transactions.run((tx) =>
      audit.recordBulk(
        tx,
        { id: ann.tenantId },
        { action: 'device.imported', kind: 'device', ids, report: { file: 'a' } },
      ),
    );
    const records = await trail('action=device.imported');
    expect(records.map(({ report }) => [report.file, report.count, report.ids.length]).sort()).toEqual([
      ['a', 1, 1],
      ['a', 500, 500],
      ['a', 500, 500],
    ]);
    expect(records[0]?.subject).toEqual({ kind: 'device', id: null, name: null });
  });
});

describe('GET /audit', () => {
  it('finds by who, what, when and in which request', async () => {
    const bob = await server.signUp();
    const asBob = (query: string) => trail(query, bob);
    const make = async (name: string, id: string) =>
      (await ask('POST', '/api/v1/labels', { name }, { 'x-request-id': id }, bob)).body;
    const [first, second] = [await make('first', 'bob-1'), await make('second', 'bob-2')];
    const names = (records: Body[]) => records.map(({ subject }) => subject.name as string);
    const all = await asBob('subject_kind=label');
    expect(names(all)).toEqual(['second', 'first']);
    expect(names(await asBob(`subject_id=${first.id}`))).toEqual(['first']);
    expect(names(await asBob('request_id=bob-2'))).toEqual(['second']);
    expect(names(await asBob(`actor_id=${bob.userId}&action=label.created&actor_kind=user`))).toEqual([
      'second',
      'first',
    ]);
    expect(await asBob(`actor_id=${ann.userId}`)).toEqual([]);
    expect(await asBob('actor_kind=system&subject_kind=label')).toEqual([]);
    expect(await asBob(`subject_id=${second.id}&from=2100-01-01T00:00:00Z`)).toEqual([]);
    expect(await asBob(`subject_id=${second.id}&to=2020-01-01T00:00:00Z`)).toEqual([]);
  });

  it('pages by a cursor and counts when asked', async () => {
    const carl = await server.signUp();
    for (const name of ['a', 'b', 'c']) await ask('POST', '/api/v1/labels', { name }, {}, carl);
    const page = await ask('GET', `${url}?subject_kind=label&limit=2&count=true`, undefined, {}, carl);
    expect(page.headers['x-total-count']).toBe('3');
    const next = /<([^>]+)>; rel="next"/.exec(String(page.headers.link))?.[1] ?? '';
    const rest = await ask('GET', next.replace(/^https?:\/\/[^/]+/, ''), undefined, {}, carl);
    const names = [...page.body, ...rest.body].map(({ subject }: Body) => subject.name as string);
    expect(names).toEqual(['c', 'b', 'a']);
    expect(rest.headers.link).toBeUndefined();
  });

  it('is for admins, and each tenant has its own', async () => {
    const label = await aLabel();
    const [record] = await trail(`subject_id=${label.id}`);
    const stranger = await server.signUp();
    expect(await trail(`subject_id=${label.id}`, stranger)).toEqual([]);
    const foreign = await ask('GET', `${url}/${record?.id}`, undefined, {}, stranger);
    expect([foreign.status, foreign.body.code]).toEqual([404, 'audit.not_found']);
    const key = (await ask('POST', '/api/v1/api-keys', { name: 'r', scopes: ['read'] })).body.key as string;
    expect((await server.http('GET', url, { apiKey: key })).status).toBe(403);
    expect((await server.http('GET', url)).status).toBe(401);
  });

  it.each(['actor_kind=cat', 'actor_id=7', 'from=yesterday', 'colour=red', 'cursor=x'])(
    'refuses ?%s',
    async (query) => {
      expect((await ask('GET', `${url}?${query}`)).status).toBe(400);
    },
  );
});
