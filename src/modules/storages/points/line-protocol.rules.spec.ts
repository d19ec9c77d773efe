import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseLine, type Line } from '../../../../test/support/line-protocol.js';
import { lineOf } from './line-protocol.rules.js';
import type { Point } from './point.js';

const noon = Date.UTC(2026, 10, 20, 12);
const aPoint = (given: Partial<Point> = {}): Point => ({
  deliveryId: 'd',
  measurement: 'climate',
  timeMs: noon,
  tags: { dev_eui: '0102030405060708' },
  fields: { temperature: 21.5 },
  ...given,
});
const write = (point: Point, integers: string[] = []) => lineOf(point, 'ms', new Set(integers));
const read = (line: ReturnType<typeof lineOf>): Line => {
  if (typeof line !== 'string') throw new Error(line.error);
  return parseLine(line);
};

describe('a line', () => {
  it('holds measurement, tags in order, typed fields and the time', () => {
    const fields = { t: 21, on: true, mode: 'say "hi" \\ to, = all', n: 7 };
    expect(write(aPoint({ tags: { b: '2', a: '1' }, fields }), ['n'])).toBe(
      `climate,a=1,b=2 t=21,on=true,mode="say \\"hi\\" \\\\ to, = all",n=7i ${noon.toString()}`,
    );
  });

  it('writes a number as a float whatever it looks like, so that 21 does not refuse a later 21.5', () => {
    expect(write(aPoint({ fields: { a: 21, b: 1e21, c: -0, d: 5e-324 } }))).toContain(' a=21,b=1e+21,c=0,d=5e-324 ');
  });

  it('refuses as an integer what is none, or more than a double holds exactly', () => {
    for (const value of [21.5, 2 ** 53, '7', true]) {
      expect(write(aPoint({ fields: { n: value } }), ['n'])).toMatchObject({
        ...{ code: 'point.not_an_integer', retryable: false },
      });
    }
    expect(write(aPoint({ fields: { n: -(2 ** 53) + 1 } }), ['n'])).toContain('n=-9007199254740991i');
  });

  it.each([
    ['ns', '1763640000000000000'],
    ['us', '1763640000000000'],
    ['ms', '1763640000000'],
    ['s', '1763640000'],
  ] as const)('tells the time in %s', (precision, time) => {
    expect(lineOf(aPoint({ timeMs: 1_763_640_000_000 }), precision, new Set())).toMatch(new RegExp(` ${time}$`));
  });

  it('keeps what the protocol cannot carry from breaking it', () => {
    const line = write(
      aPoint({ measurement: '#1 a,b\\', tags: { 'x y': 'ends\\', 'k=v,': 'two\nlines' }, fields: { time: 1, '': 2 } }),
    );
    expect(read(line)).toMatchObject({
      measurement: '_1 a,b',
      tags: { 'x y': 'ends', 'k=v,': 'two lines' },
      fields: { time_: 1, _: 2 },
    });
  });

  it('is read again as what was written, whatever texts it holds', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const name = fc.stringMatching(/^[a-z ,="\\é😀][a-z]$/u);
    fc.assert(
      fc.property(
        text,
        name,
        text,
        name,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (string, tag, value, field, number) => {
          const line = write(aPoint({ tags: { [tag]: value, own: 'x' }, fields: { [field]: string, number } }));
          const back = read(line);
          const clean = string.toWellFormed();
          expect(back.fields).toEqual({ [field]: clean, number: number === 0 ? 0 : number });
          expect(Object.keys(back.tags)).toContain('own');
        },
      ),
    );
  });
});
