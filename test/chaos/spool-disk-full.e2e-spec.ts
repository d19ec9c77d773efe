import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printChaosRow } from '../support/chaos/chaos-row.js';
import { OutageLab } from '../support/outage-lab.js';
import { anUplink } from '../support/uplinks.js';

/** A file system of its own of two megabytes, which only root can make. */
const folder = mkdtempSync(join(tmpdir(), 'fieldline-small-disk-'));
const isMounted = mount();
if (!isMounted)
  console.warn('SKIPPED: a really full disk needs a file system of its own, which this user may not mount');
const whenMounted = isMounted ? it : it.skip;

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a disk that is really full', () => {
  let lab: OutageLab;
  let device: { id: string; dev_eui: string };

  beforeAll(async () => {
    lab = await OutageLab.start({ dataDir: folder, spoolMaxMb: 100 });
    device = await lab.world.aDevice();
  });
  afterAll(async () => {
    await lab.close();
    if (isMounted) execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  whenMounted('refuses what it cannot keep, keeps what it answered, and goes on when there is room', async () => {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, randomBytes(1_000_000));
    await lab.proxy.refuse();
    const padding = () => ({ rxInfo: [{ metadata: randomBytes(20_000).toString('base64') }] });
    const answers = [];
    do answers.push(await lab.post(anUplink(device.dev_eui, padding())));
    while (answers.at(-1)?.status === 202 && answers.length < 500);
    expect(answers.at(-1)).toMatchObject({ status: 503, body: { code: 'journal.unavailable' } });
    expect(answers.length).toBeGreaterThan(5);
    expect((await lab.app.http('GET', '/health/ready')).status).toBe(503);

    rmSync(ballast);
    const after = await Promise.all([1, 2, 3].map(() => lab.post(anUplink(device.dev_eui, padding()))));
    expect(after.map(({ status }) => status)).toEqual([202, 202, 202]);

    await lab.proxy.heal();
    await lab.drained();
    const accepted = [...answers, ...after].filter(({ status }) => status === 202);
    const ids = accepted.map(({ body }) => body.event_id as string).sort();
    const stored = await lab.idsOf(device.id);
    const lost = ids.filter((id) => !stored.includes(id)).length;
    printChaosRow({
      scenario: 'R12 really full disk',
      sent: answers.length + after.length,
      answered: ids.length,
      stored: stored.length,
      runs: 0,
      delivered: 0,
      duplicates: 0,
      lost,
    });
    expect(stored).toEqual(ids);
  });
});
