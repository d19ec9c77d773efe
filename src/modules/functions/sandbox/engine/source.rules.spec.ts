import { describe, expect, it } from '@jest/globals';
import { declaredNames } from './source.rules.js';

describe('declaredNames', () => {
  it('names functions, constants and assignments of the top level in order', () => {
    expect(
      declaredNames('function a() {}\nconst b = (d) => d;\nlet c = 1, d = async () => 2;\ne = function () {};'),
    ).toEqual([...['a', 'b', 'c', 'd', 'e']]);
  });

  it('leaves out what is declared inside', () => {
    expect(
      declaredNames(
        'function a(x = 1) { function b() {} const c = 2; return { d: 1 } }\n(function () { var e = 1 })()',
      ),
    ).toEqual(['a']);
  });

  it('is not deceived by strings, comments, templates and regular expressions', () => {
    const source = [
      '// function no() {',
      '/* const no = 1 { */',
      "const a = 'function no( {';",
      'const b = `{ ${ { x: `}` }.x } function no(`;',
      'const c = /[/{(]\\/{/.test("x") ? 4 / 2 : 1 / (3);',
      'function d() { return /}/ }',
    ].join('\n');
    expect(declaredNames(source)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not take properties and comparisons for names', () => {
    expect(declaredNames('x.y = function () {}; z == 1; q => 2; exports.decodeUplink = 1')).toEqual([]);
  });

  it('reads any 64 KiB in no time, and to the end', () => {
    for (const text of ['(', '`${', '"', '/', '/*', 'a=', '\\', '\u{1F600}']) {
      expect(() => declaredNames(text.repeat(65_536 / text.length))).not.toThrow();
    }
  });
});
