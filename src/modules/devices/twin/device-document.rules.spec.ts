import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { isCalled, patchIn, reportIn, targetFor } from './device-document.rules.js';

const id = '0199f000-0000-7000-8000-000000000001';
const uuid = '550E8400-E29B-41D4-A716-446655440000';
const names = { id, uuid };

describe('isCalled', () => {
  it('knows a device by its own uuid as it is written, and by its id in either case', () => {
    expect([isCalled(names, uuid), isCalled(names, id), isCalled(names, id.toUpperCase())]).toEqual([true, true, true]);
    expect([isCalled(names, uuid.toLowerCase()), isCalled({ id, uuid: null }, 'null')]).toEqual([false, false]);
  });
});

describe('patchIn', () => {
  it.each([
    ['bare', { uptime: 1 }, { uptime: 1 }, ''],
    ['empty', {}, {}, ''],
    ['under the uuid', { [uuid]: { uptime: 1 } }, { uptime: 1 }, uuid],
    ['under the id', { [id]: { uptime: 1 } }, { uptime: 1 }, id],
    ['bare with one part', { config: { interval: 1 } }, { config: { interval: 1 } }, ''],
    ['bare though a part is called like the device', { [uuid]: 1 }, { [uuid]: 1 }, ''],
  ])('reads a state that is %s', (_, report, patch, path) => {
    expect(patchIn(report, names)).toEqual({ patch, path });
  });

  it('refuses what is under the UUID of another device', () => {
    const another = '0199f000-0000-7000-8000-00000000000f';
    expect(() => patchIn({ [another]: { uptime: 1 } }, names)).toThrow('there is no such device');
  });
});

describe('reportIn', () => {
  it('reads bytes, packed or not', async () => {
    const json = Buffer.from('{"a":[1,null]}');
    expect(await reportIn(json, undefined)).toEqual({ a: [1, null] });
    expect(await reportIn(gzipSync(json), ' GZIP')).toEqual({ a: [1, null] });
  });

  it.each(['[]', 'null', '"text"', '{', ''])('refuses %j', async (text) => {
    await expect(reportIn(Buffer.from(text), undefined)).rejects.toThrow('must be a JSON object');
  });

  it('does not unpack more than a body may have', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    await expect(reportIn(bomb, 'gzip')).rejects.toThrow('1048576 bytes');
  });
});

describe('targetFor', () => {
  it('has what agents read without looking, unless the target says otherwise, and its version', () => {
    expect(targetFor(uuid, { apps: { 1: {} } }, 4)).toEqual({ [uuid]: { apps: { 1: {} }, config: {}, version: 4 } });
  });
});
