import { describe, expect, it } from '@jest/globals';
import { mergedReports, type Report } from './merged-reports.rules.js';
import type { StoredReport } from './reports.statement.js';

const at = new Date('2026-11-20T12:00:00Z');
const tenantId = '0199f000-0000-7000-8000-0000000000aa';

const stored = (...devices: StoredReport[]) => new Map(devices.map((device) => [device.id, device]));
const a = { id: 'a', uuid: 'board-a', reported: { up: 1, fw: { v: '1' } }, version: 7 };
const of = (deviceId: string, body: Record<string, unknown>, name?: string): Report => ({
  tenantId,
  deviceId,
  body,
  ...(name === undefined ? {} : { name }),
});

describe('mergedReports', () => {
  it('makes one version of all that a device reports at once, in their order', () => {
    const reports = [of('a', { up: 2 }), of('a', { up: 3, fw: { v: '2' } }), of('a', { fw: null })];
    const { changed, outcomes } = mergedReports(reports, stored(a), at);
    expect(changed).toMatchObject([{ device_id: 'a', version: 8, reported: '{"up":3}', change: '{"fw":null,"up":3}' }]);
    expect(reports.map((report) => outcomes.get(report))).toEqual([{ version: 8 }, { version: 8 }, { version: 8 }]);
  });

  it('makes none of what is there already, also where reports undo each other', () => {
    const same = of('a', { fw: { v: '1' }, gone: null });
    const back = [of('a', { up: 2 }), of('a', { up: 1 })];
    for (const reports of [[same], back]) {
      const { changed, outcomes } = mergedReports(reports, stored(a), at);
      expect([changed, [...outcomes.values()]]).toEqual([[], reports.map(() => ({ version: 7 }))]);
    }
  });

  it('refuses each bad report by itself', () => {
    const reports = [of('a', { up: '\u0000' }), of('a', { up: 5 }), of('b', { up: 1 }), of('a', { up: 6 }, 'board-b')];
    const { changed, outcomes } = mergedReports(reports, stored(a), at);
    expect(changed).toMatchObject([{ device_id: 'a', version: 8, change: '{"up":5}' }]);
    expect(reports.map((report) => outcomes.get(report))).toMatchObject([
      { error: { code: 'validation.failed' } },
      { version: 8 },
      { error: { code: 'device.not_found' } },
      { error: { code: 'device.not_found' } },
    ]);
  });

  it('holds the state to its size, not only the report', () => {
    const half = 'x'.repeat(40_000);
    const reports = [of('a', { one: half }), of('a', { two: half }), of('a', { one: null, two: half })];
    const { outcomes } = mergedReports(reports, stored(a), at);
    expect(reports.map((report) => 'version' in (outcomes.get(report) ?? {}))).toEqual([true, false, true]);
  });
});
