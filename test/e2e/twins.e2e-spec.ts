import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { asDevice, TwinLab, twinOf } from '../support/twin-lab.js';

const lab = new TwinLab();
const { anAgent, patch, target, report, read, historyOf } = lab;

describe('GET /api/v1/devices/{id}/twin', () => {
  it('is empty where nothing was said, and in sync', async () => {
    const { id } = await lab.world.aDevice();
    const { status, body, headers } = await lab.server.http('GET', twinOf(id), { token: lab.world.token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ device_id: id, target: {}, reported: {}, difference: {}, in_sync: true, version: 0 });
    expect([body.reported_version, body.reported_at]).toEqual([0, null]);
    expect(headers.etag).toMatch(/^"0-/);
  });

  it('shows what the device has not reported so yet', async () => {
    const agent = await anAgent();
    await target(agent.id, { config: { interval: 30, channel: 6 }, firmware: '1.2' });
    await report(agent, { config: { interval: 60, channel: 6 }, uptime: 7 });
    expect(await read(agent.id)).toMatchObject({
      difference: { config: { interval: 30 }, firmware: '1.2' },
      in_sync: false,
    });
    await report(agent, { config: { interval: 30 }, firmware: '1.2' });
    expect(await read(agent.id)).toMatchObject({ difference: {}, in_sync: true, reported: { uptime: 7 } });
  });

  it('refuses who may not, and knows no foreign device', async () => {
    const { id } = await lab.world.aDevice();
    const stranger = await lab.server.signUp();
    expect((await lab.server.http('GET', twinOf(id))).status).toBe(401);
    expect((await lab.server.http('GET', twinOf(id), { token: stranger.token })).status).toBe(404);
    expect((await lab.server.http('GET', twinOf(randomUUID()), { token: lab.world.token })).status).toBe(404);
    const agent = await anAgent();
    expect((await lab.server.http('GET', twinOf(agent.id), asDevice(agent))).status).toBe(403);
  });
});

describe('PATCH /api/v1/devices/{id}/twin', () => {
  it('merges by RFC 7396, in versions', async () => {
    const { id } = await lab.world.aDevice();
    await target(id, { a: { b: 1, c: [1, 2] }, d: 1 });
    const { status, body } = await target(id, { a: { b: null, c: [3] }, e: { f: null } });
    expect([status, body.target, body.version]).toEqual([200, { a: { c: [3] }, d: 1, e: {} }, 2]);
    expect((await target(id, null)).body).toMatchObject({ target: {}, version: 3 });
  });

  it('makes no version, no history and no record of what changes nothing', async () => {
    const { id } = await lab.world.aDevice();
    const first = await target(id, { a: { b: 1 } });
    const second = await target(id, { a: { b: 1 }, c: null });
    expect(second.body).toEqual(first.body);
    expect(await historyOf(id)).toHaveLength(1);
    const audited = await lab.world.get(`/api/v1/audit?subject_kind=twin&subject_id=${id}`);
    expect(audited.map(({ action }: { action: string }) => action)).toEqual(['twin.updated']);
  });

  it('takes back what it gave, and refuses to be told the rest', async () => {
    const agent = await anAgent();
    await target(agent.id, { a: 1 });
    const given = await read(agent.id);
    expect((await patch(agent.id, { ...given, target: { a: 2 } })).body.target).toEqual({ a: 2 });
    await report(agent, { a: 2 });
    // Read before the report came.
    expect((await patch(agent.id, given)).body.target).toEqual({ a: 1 });
    const refused = await patch(agent.id, { reported: { a: 9 }, version: 99 });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['reported', 'version']);
    expect((await patch(agent.id, { traget: {} })).body.errors).toEqual([{ path: 'traget', message: 'unknown field' }]);
  });

  it('refuses an edit of another state than the stored one', async () => {
    const { id } = await lab.world.aDevice();
    const { headers } = await target(id, { a: 1 });
    const tag = { 'if-match': String(headers.etag) };
    expect((await patch(id, { target: { a: 2 } }, tag)).status).toBe(200);
    const lost = await patch(id, { target: { a: 3 } }, tag);
    expect([lost.status, lost.body.code]).toEqual([412, 'precondition.failed']);
    expect((await read(id)).target).toEqual({ a: 2 });
  });

  it('is edited in spite of reports that come in between: the tag is the target’s', async () => {
    const agent = await anAgent();
    const { headers } = await target(agent.id, { a: 1 });
    await report(agent, { uptime: 1 });
    expect((await patch(agent.id, { target: { a: 2 } }, { 'if-match': String(headers.etag) })).status).toBe(200);
  });

  it.each([
    ['a list', [1], 'target', 400],
    ['a text', 'on', 'target', 400],
    ['a name of its own', { version: 7 }, 'target.version', 400],
    ['half a surrogate pair', { apps: { 1: ['\ud800'] } }, 'target.apps.1.0', 400],
    ['too many levels', { in: nested(32) }, `target.${Array.from({ length: 32 }, () => 'in').join('.')}`, 400],
    ['too many bytes', { text: 'x'.repeat(65_536) }, 'target', 400],
  ])('refuses %s and names where', async (_, document, path, status) => {
    const { id } = await lab.world.aDevice();
    const refused = await target(id, document);
    expect(refused.status).toBe(status);
    expect(refused.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
    expect((await read(id)).version).toBe(0);
  });

  it('does not grow beyond its limit piece by piece', async () => {
    const { id } = await lab.world.aDevice();
    expect((await target(id, { a: 'x'.repeat(40_000) })).status).toBe(200);
    const refused = await target(id, { b: 'x'.repeat(40_000) });
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, 'target']);
    expect(Object.keys((await read(id)).target)).toEqual(['a']);
  });

  it('makes each of many edits at once a version, and loses none', async () => {
    const { id } = await lab.world.aDevice();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => target(id, { [`key${n}`]: n })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { target: whole, version } = await read(id);
    expect([Object.keys(whole).length, version]).toEqual([12, 12]);
  });

  it('needs an editor', async () => {
    const agent = await anAgent();
    expect(
      (await lab.server.http('PATCH', twinOf(agent.id), { body: { target: {} }, ...asDevice(agent) })).status,
    ).toBe(403);
    const stranger = await lab.server.signUp();
    const foreign = await lab.server.http('PATCH', twinOf(agent.id), {
      token: stranger.token,
      body: { target: { a: 1 } },
    });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'device.not_found']);
  });
});

describe('GET /api/v1/devices/{id}/twin/history', () => {
  it('says who changed what, and what the target was', async () => {
    const agent = await anAgent();
    await target(agent.id, { interval: 30, channel: 6 });
    await report(agent, { interval: 60 });
    await target(agent.id, { interval: 10, channel: null });
    const [latest, reported, first] = await historyOf(agent.id);
    expect(latest).toMatchObject({ side: 'target', version: 2, change: { interval: 10, channel: null } });
    expect([latest.document, first.document]).toEqual([{ interval: 10 }, { interval: 30, channel: 6 }]);
    expect(latest.changed_by).toEqual({ kind: 'user', id: expect.any(String), name: expect.any(String) });
    expect(reported).toMatchObject({ side: 'reported', version: 1, change: { interval: 60 }, document: null });
    expect(reported.changed_by).toMatchObject({
      kind: 'device',
      id: agent.id,
      name: expect.stringContaining('device'),
    });
  });

  it('pages by cursor, filters by side and counts when asked', async () => {
    const agent = await anAgent();
    for (const n of [1, 2, 3]) {
      await target(agent.id, { n });
      await report(agent, { n });
    }
    expect(await historyOf(agent.id, '?side=reported')).toHaveLength(3);
    const page = await lab.server.http('GET', `${twinOf(agent.id)}/history?limit=4&count=true`, {
      token: lab.world.token,
    });
    expect([page.body.length, page.headers['x-total-count']]).toEqual([4, '6']);
    const next = /<([^>]+)>; rel="next"/.exec(String(page.headers.link))?.[1] ?? '';
    const { pathname, search } = new URL(next, 'http://localhost');
    const rest = await lab.world.get(`${pathname}${search}`);
    expect(rest.map(({ version }: { version: number }) => version)).toEqual([1, 1]);
  });

  it('outlives its device, and is nobody else’s', async () => {
    const agent = await anAgent();
    await report(agent, { a: 1 });
    await lab.server.http('DELETE', `/api/v1/devices/${agent.id}`, { token: lab.world.token });
    expect(await historyOf(agent.id)).toHaveLength(1);
    expect((await lab.server.http('GET', twinOf(agent.id), { token: lab.world.token })).status).toBe(404);
    const stranger = await lab.server.signUp();
    const answer = await lab.server.http('GET', `${twinOf(agent.id)}/history`, { token: stranger.token });
    expect([answer.status, answer.body.code]).toEqual([404, 'device.not_found']);
  });
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : { in: nested(levels - 1) };
}
