import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Settings } from '../../src/core/config/settings.js';
import { newId } from '../../src/core/ids/uuid-v7.js';
import { journalRowOf } from '../../src/modules/devices/journal/journal-row.js';
import { JournalStore } from '../../src/modules/devices/journal/journal-store.js';
import type { JournalRow } from '../../src/modules/devices/journal/journal.statement.js';
import { SpoolDisk } from '../../src/modules/devices/journal/spool/spool-disk.js';
import { SpoolDrain } from '../../src/modules/devices/journal/spool/spool-drain.js';
import { SpoolFolder } from '../../src/modules/devices/journal/spool/spool-folder.js';
import { headOf, recordOf } from '../../src/modules/devices/journal/spool/spool-record.rules.js';
import { SpoolService } from '../../src/modules/devices/journal/spool/spool.service.js';
import { eventually } from '../support/eventually.js';
import { OutageLab } from '../support/outage-lab.js';
import { anUplink } from '../support/uplinks.js';

const refusal = { status: 503, body: { code: 'journal.unavailable' } };
const errno = (code: string) => Object.assign(new Error(`${code}: of a test`), { code });

describe('the spool’s disk', () => {
  let lab: OutageLab;
  let device: { id: string; dev_eui: string };
  let root: string;

  beforeAll(async () => {
    lab = await OutageLab.start({ spoolMaxMb: 1 });
    device = await lab.world.aDevice();
    root = join(lab.app.app.get(Settings).dataDir, 'spool');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await lab.proxy.heal();
    await lab.drained();
  });
  afterAll(() => lab.close());

  const of = <T>(type: new (...args: never[]) => T): T => lab.app.app.get(type, { strict: false });
  /** A run that is under way may have looked for orphans before there was this one. */
  const drain = async () => {
    await of(SpoolDrain).run();
    await of(SpoolDrain).run();
  };
  const aRow = (given: Partial<JournalRow> = {}): JournalRow => ({
    ...journalRowOf({
      tenantId: lab.world.tenantId,
      source: 'chirpstack',
      devEui: device.dev_eui,
      event: 'up',
      timeMs: Date.now(),
      receivedAtMs: Date.now(),
      fCnt: 1,
      fPort: 1,
      deduplicationId: null,
      body: Buffer.from('{}'),
      error: null,
    }),
    ...given,
  });
  const send = () => lab.post(anUplink(device.dev_eui));
  const storedOf = async (ids: string[]) =>
    (
      await lab.database.query<{ id: string }>('SELECT id FROM device_events WHERE id = ANY ($1) ORDER BY id', [ids])
    ).map(({ id }) => id);
  const idsOf = (answers: { status: number; body: { event_id: string } }[]) =>
    answers.flatMap(({ status, body }) => (status === 202 ? [body.event_id] : [])).sort();
  /** What a process leaves behind that was killed. */
  const leaveBehind = (file: Buffer): string => {
    const name = newId(Date.now());
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, '00000001.spool'), file);
    return name;
  };
  const marker = Buffer.from('8 bytes!');
  const fileOf = (rows: JournalRow[]) => Buffer.concat([headOf(marker), ...rows.map((row) => recordOf(row, marker))]);

  it('has bounds: what does not fit is refused, what was answered is stored, and then there is room again', async () => {
    await lab.proxy.refuse();
    const padding = { rxInfo: [{ metadata: randomBytes(20_000).toString('base64') }] };
    const answers = [];
    do answers.push(await lab.post(anUplink(device.dev_eui, padding)));
    while (answers.at(-1)?.status === 202 && answers.length < 1_000);
    expect(answers.at(-1)).toMatchObject(refusal);
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    expect(answers.length).toBeGreaterThan(5);
    expect((await lab.app.http('GET', '/health/ready')).status).toBe(503);
    expect((await lab.app.http('GET', '/api/health')).body.reason).toContain('spool: is full');
    await lab.proxy.heal();
    await lab.drained();
    expect(await storedOf(idsOf(answers))).toEqual(idsOf(answers));
    await lab.proxy.refuse();
    expect((await send()).body).toMatchObject({ spooled: true });
  });

  it.each(['ENOSPC', 'EIO'])(
    'fails with %s in mid-write: 503, never a false 202, and 202 again when it can be written',
    async (code) => {
      await lab.proxy.refuse();
      const before = [await send(), await send()];
      const disk = of(SpoolDisk);
      const write = disk.write.bind(disk);
      jest.spyOn(disk, 'write').mockImplementation(async (file, bytes, position) => {
        await write(file, bytes.subarray(0, bytes.length >> 1), position);
        throw errno(code);
      });
      const during = await Promise.all([send(), send(), send()]);
      for (const answer of during) expect(answer).toMatchObject(refusal);
      expect((await lab.app.http('GET', '/health/ready')).status).toBe(503);
      jest.restoreAllMocks();
      const after = [await send(), await send()];
      expect([...before, ...after].map(({ body }) => body.spooled)).toEqual([true, true, true, true]);
      expect((await lab.app.http('GET', '/health/ready')).status).toBe(200);
      await lab.proxy.heal();
      await lab.drained();
      const answered = idsOf([...before, ...after]);
      expect(await storedOf(answered)).toEqual(answered);
    },
  );

  it('that cannot sync has stored nothing', async () => {
    await lab.proxy.refuse();
    jest.spyOn(of(SpoolDisk), 'sync').mockRejectedValue(errno('EIO'));
    expect(await send()).toMatchObject(refusal);
  });

  it('gives back whole records where a dead process’s last write was cut short', async () => {
    const rows = [aRow(), aRow(), aRow()];
    const name = leaveBehind(fileOf(rows).subarray(0, -1));
    await drain();
    expect(await storedOf(rows.map(({ id }) => id))).toEqual([rows[0]?.id, rows[1]?.id].sort());
    expect(readdirSync(root).filter((folder) => folder.startsWith(name))).toEqual([]);
  });

  it('gives back what lies around a spoilt place, and the spoilt file is kept', async () => {
    const rows = [aRow(), aRow(), aRow()];
    const file = fileOf(rows);
    const second = headOf(marker).length + recordOf(aRow(), marker).length;
    file.write('spoilt', second + 40);
    const name = leaveBehind(file);
    await drain();
    expect(await storedOf(rows.map(({ id }) => id))).toEqual([rows[0]?.id, rows[2]?.id].sort());
    expect(readdirSync(join(root, 'quarantine'))).toContain(`${name}.adopted-00000001.spool`);
    expect(readdirSync(root).filter((folder) => folder.startsWith(name))).toEqual([]);
  });

  it('is emptied past a message that PostgreSQL refuses, which is set aside for a person', async () => {
    const rows = Array.from({ length: 20 }, () => aRow());
    const offender = aRow({ source: 'a\0b', body: Buffer.from('the only copy') });
    leaveBehind(fileOf([...rows.slice(0, 10), offender, ...rows.slice(10)]));
    await drain();
    const ids = rows.map(({ id }) => id).sort();
    expect(await storedOf([...ids, offender.id])).toEqual(ids);
    const lines = readFileSync(join(root, 'quarantine', 'refused.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const kept = JSON.parse(lines.at(-1) ?? '') as { id: string; reason: string; body: string };
    expect(kept).toMatchObject({ id: offender.id, reason: 'SQLSTATE 22021', tenant_id: lab.world.tenantId });
    expect(Buffer.from(kept.body, 'base64').toString()).toBe('the only copy');
    const { body } = await lab.app.http('GET', '/metrics');
    expect(body).toMatch(/fieldline_spool_drained_total\{outcome="quarantined"\} [1-9]/);
  });

  it('keeps a message that can be stored nowhere else, until it can be set aside', async () => {
    const offender = aRow({ source: 'a\0b' });
    const name = leaveBehind(fileOf([aRow(), offender]));
    jest.spyOn(of(SpoolDisk), 'sync').mockRejectedValue(errno('ENOSPC'));
    await drain();
    expect(readdirSync(join(root, `${name}.adopted`))).toContain('00000001.spool');
    // The database is not to blame, so nobody else is sent to the spool.
    expect((await send()).body).toMatchObject({ device_id: device.id });
    jest.restoreAllMocks();
    await drain();
    expect(readdirSync(root).filter((folder) => folder.startsWith(name))).toEqual([]);
  });

  it('may still hold what was committed when its process died: it is stored once and queued once', async () => {
    const rows = Array.from({ length: 300 }, () => aRow());
    await of(JournalStore).store(rows.slice(0, 256), 10_000);
    await lab.database.query('DELETE FROM jobs WHERE id = $1', [rows[0]?.id]);
    leaveBehind(fileOf(rows));
    await drain();
    const ids = rows.map(({ id }) => id).sort();
    expect(await storedOf(ids)).toEqual(ids);
    const jobs = await lab.database.query('SELECT id FROM jobs WHERE id = ANY ($1)', [ids]);
    expect(jobs).toHaveLength(ids.length - 1);
  });

  it('keeps a file until everything in it is committed', async () => {
    const rows = Array.from({ length: 600 }, () => aRow());
    const name = leaveBehind(fileOf(rows));
    const store = of(JournalStore);
    const storeNow = store.store.bind(store);
    jest
      .spyOn(store, 'store')
      .mockImplementationOnce(storeNow)
      .mockRejectedValueOnce(Object.assign(new Error('of a test'), { code: '57P01' }));
    await expect(drain()).rejects.toThrow('of a test');
    expect(readdirSync(join(root, `${name}.adopted`))).toContain('00000001.spool');
    await drain();
    const ids = rows.map(({ id }) => id).sort();
    expect(await storedOf(ids)).toEqual(ids);
  });

  it('may hold what was committed so long ago that its key is forgotten', async () => {
    const rows = [aRow(), aRow()];
    await of(JournalStore).store(rows.slice(0, 1), 10_000);
    await lab.database.query('DELETE FROM event_keys_current');
    await lab.database.query('DELETE FROM jobs WHERE id = $1', [rows[0]?.id]);
    leaveBehind(fileOf(rows));
    await drain();
    expect(await storedOf(rows.map(({ id }) => id))).toHaveLength(2);
    expect(await lab.database.query('SELECT id FROM jobs WHERE id = $1', [rows[0]?.id])).toEqual([]);
  });

  it('taken over by another process while this one was stopped is left to it: what comes now goes elsewhere', async () => {
    await lab.proxy.refuse();
    const first = await send();
    const [own = ''] = readdirSync(root).filter((name) => /^[0-9a-f-]{36}$/.test(name));
    // As an adopter does it that cannot see the lock; it has not read the file yet.
    renameSync(join(root, own), join(root, `${own}.adopted`));
    const second = await send();
    expect([first.body.spooled, second.body.spooled]).toEqual([true, true]);
    const folder = join(root, `${own}.adopted`);
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.spool'));
    const taken = readFileSync(join(folder, name));
    expect(taken.includes(first.body.event_id)).toBe(true);
    expect(taken.includes(second.body.event_id)).toBe(false);
    // The adopter dies before it has begun; whoever looks next finds the folder.
    await lab.proxy.heal();
    await lab.drained();
    const ids = [first.body.event_id, second.body.event_id].sort();
    expect(await eventually(async () => ((await storedOf(ids)).length === 2 ? true : undefined), 'both')).toBe(true);
  });

  it('taken over and drained by another process counts for nothing here', async () => {
    await lab.proxy.refuse();
    await send();
    const [own = ''] = readdirSync(root).filter((name) => /^[0-9a-f-]{36}$/.test(name));
    rmSync(join(root, own), { recursive: true });
    await lab.proxy.heal();
    await lab.drained();
    await lab.proxy.refuse();
    expect((await send()).body).toMatchObject({ spooled: true });
  });

  it('is held against other processes for as long as this one lives', async () => {
    await lab.proxy.refuse();
    await send();
    const [own = ''] = readdirSync(root).filter((name) => /^[0-9a-f-]{36}$/.test(name));
    await expect(SpoolFolder.adopt(of(SpoolDisk), root, own)).rejects.toThrow('is held by another process');
    expect(of(SpoolService).depth.records).toBe(1);
  });
});
