import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JournalRow } from '../journal.statement.js';
import { contentOf, headOf, recordOf } from './spool-record.rules.js';

const marker = Buffer.from('8random8');
const head = headOf(marker);

const aRow = (given: Partial<JournalRow> = {}): JournalRow => ({
  id: '019aa0c3-5c00-7000-8000-000000000001',
  key: '019aa0c3-5c00-7000-8000-000000000001',
  tenant_id: '019aa0c3-5c00-7000-8000-0000000000ff',
  device_id: null,
  dev_eui: 'A84041FFFF1234AB',
  time: new Date('2026-11-20T12:00:00.123Z'),
  received_at: new Date('2026-11-20T12:00:01.456Z'),
  f_cnt: 7,
  f_port: null,
  source: 'chirpstack',
  event: 'up',
  body: Buffer.from([1, 2, 3, 0, 255]),
  error: '{"code":"event.mended"}',
  worker_id: null,
  lease_token: null,
  ...given,
});
const rowsOf = (count: number) => Array.from({ length: count }, (_, f_cnt) => aRow({ f_cnt }));
const fileOf = (rows: JournalRow[]) => Buffer.concat([head, ...rows.map((row) => recordOf(row, marker))]);
const oneLength = recordOf(aRow({ f_cnt: 0 }), marker).length;

describe('a spool record', () => {
  it('is read as it was written, whatever its body and its texts', () => {
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array(), texts)), (given) => {
        const rows = given.map(([body, dev_eui]) => aRow({ body: Buffer.from(body), dev_eui }));
        expect(contentOf(fileOf(rows))).toEqual({ rows, damagedBytes: 0, tornBytes: 0 });
      }),
    );
  });
});

describe('a spool file', () => {
  it('that was cut anywhere gives the whole records before the cut and ignores the rest', () => {
    const rows = rowsOf(3);
    const file = fileOf(rows);
    for (let length = head.length; length < file.length; length += 1) {
      const whole = Math.floor((length - head.length) / oneLength);
      const tornBytes = length - head.length - whole * oneLength;
      const expected = { rows: rows.slice(0, whole), damagedBytes: 0, tornBytes };
      expect(contentOf(file.subarray(0, length))).toEqual(expected);
    }
  });

  it('that was cut in its head holds nothing', () => {
    for (let length = 0; length < head.length; length += 1) {
      expect(contentOf(head.subarray(0, length))).toEqual({ rows: [], damagedBytes: 0, tornBytes: length });
    }
  });

  it('with one spoilt byte loses no record but the one it lies in, and says how much', () => {
    const rows = rowsOf(3);
    for (let at = head.length + oneLength; at < head.length + 2 * oneLength; at += 1) {
      const file = fileOf(rows);
      file.writeUInt8(file.readUInt8(at) ^ 0x01, at);
      const content = contentOf(file);
      expect(content.rows).toEqual([rows[0], rows[2]]);
      expect(content).toMatchObject({ damagedBytes: oneLength, tornBytes: 0 });
    }
  });

  it('with zeros behind it, as a crash of the machine leaves them, is whole', () => {
    const rows = rowsOf(2);
    expect(contentOf(Buffer.concat([fileOf(rows), Buffer.alloc(4096)]))).toMatchObject({ rows, tornBytes: 4096 });
  });

  it('does not take a body for a record where the record around it was cut short', () => {
    const forged = recordOf(aRow({ tenant_id: 'somebody else' }), Buffer.from('guessed!'));
    const file = fileOf([aRow({ body: Buffer.concat([forged, Buffer.from('more')]) })]);
    expect(contentOf(file.subarray(0, file.length - 2)).rows).toEqual([]);
  });
});
