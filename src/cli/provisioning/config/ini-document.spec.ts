import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigMalformed } from './config-document.js';
import { IniDocument } from './ini-document.js';

const file = [
  '# made by hand; do not lose this',
  '[thingsboard]',
  'url = https://iot.example.org/path?a=b#c',
  'username: ann@example.com',
  'password = a#b;c=d:e  ',
  '; the token comes by itself',
  'token=',
  '',
  '[Profiles]   ; of places and of the device',
  '  Country_Profile_Name = "Country "',
  "  state_profile_name =   'State'",
  'device_profile_name = IoT-Gateway',
].join('\n');

const lineOf = (work: () => unknown): number | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigMalformed) return error.line;
    throw error;
  }
  return undefined;
};

describe('IniDocument', () => {
  it('reads values with their lines, by either separator, without case, and leaves their marks alone', () => {
    const document = new IniDocument(file);
    expect(document.find('thingsboard', 'url')).toMatchObject({ value: 'https://iot.example.org/path?a=b#c', line: 3 });
    expect(document.find('ThingsBoard', 'USERNAME')).toMatchObject({ value: 'ann@example.com', line: 4 });
    expect(document.find('thingsboard', 'password')).toMatchObject({ value: 'a#b;c=d:e', line: 5 });
    expect(document.find('thingsboard', 'token')).toMatchObject({ value: '', line: 7 });
    expect(document.find('profiles', 'country_profile_name')).toMatchObject({ value: 'Country ', line: 10 });
    expect(document.find('profiles', 'state_profile_name')).toMatchObject({ value: 'State', line: 11 });
    expect(document.find('profiles', 'device_profile_name')).toMatchObject({ value: 'IoT-Gateway', line: 12 });
    expect(document.find('profiles', 'url')).toBeUndefined();
    expect([document.lineOf('profiles'), document.lineOf('assets')]).toEqual([9, undefined]);
  });

  it('sets one value and touches nothing else', () => {
    expect(new IniDocument(file).with('thingsboard', 'token', 'new')).toBe(file.replace('token=', 'token=new'));
    expect(new IniDocument(file).with('thingsboard', 'username', 'bob')).toBe(file.replace('ann@example.com', 'bob'));
    expect(new IniDocument(file).with('profiles', 'state_profile_name', 'Land')).toBe(file.replace('State', 'Land'));
  });

  it('adds a key to its section, behind what is said there, and a section at the end', () => {
    const document = new IniDocument('[thingsboard]\r\nurl = x\r\n\r\n; about profiles\r\n[profiles]\r\n');
    expect(document.with('thingsboard', 'token', 't')).toBe(
      '[thingsboard]\r\nurl = x\r\ntoken = t\r\n\r\n; about profiles\r\n[profiles]\r\n',
    );
    expect(document.with('location', 'latitude', '1')).toBe(
      '[thingsboard]\r\nurl = x\r\n\r\n; about profiles\r\n[profiles]\r\n[location]\r\nlatitude = 1\r\n',
    );
    expect(new IniDocument('[thingsboard]\nurl = x').with('thingsboard', 'token', 't')).toBe(
      '[thingsboard]\nurl = x\ntoken = t',
    );
  });

  it.each([
    ['a file of Windows', '\uFEFF[thingsboard]\r\nurl = x\r\ntoken = old\r\n'],
    ['line ends of another age', '[thingsboard]\rurl = x\rtoken = old\r'],
    ['no line end at the end', '[thingsboard]\nurl = x\ntoken = old'],
    ['blank lines around', '\n\n[thingsboard]\n\n\ntoken = old\n\n\n'],
    ['tabs', '[thingsboard]\n\ttoken\t=\told\n'],
  ])('reads and rewrites %s', (_, text) => {
    const document = new IniDocument(text);
    expect(document.find('thingsboard', 'token')?.value).toBe('old');
    expect(document.with('thingsboard', 'token', 'new')).toBe(text.replace('old', 'new'));
  });

  it('reads a value that goes on in deeper lines as one, and replaces all of it', () => {
    const text = '[thingsboard]\ntoken = one\n  # a remark\n  two\nurl = x\n';
    expect(new IniDocument(text).find('thingsboard', 'token')?.value).toBe('one\ntwo');
    expect(new IniDocument(text).with('thingsboard', 'token', 'new')).toBe(
      '[thingsboard]\ntoken = new\n  # a remark\nurl = x\n',
    );
  });

  it('joins a section that is there twice, and refuses a key that is', () => {
    const twice = '[a]\nx = 1\n[b]\ny = 2\n[A]\nz = 3\n';
    expect(new IniDocument(twice).find('a', 'z')?.value).toBe('3');
    expect(new IniDocument(twice).with('a', 'w', '4')).toBe(`${twice}w = 4\n`);
    expect(() => new IniDocument('[a]\npassword = one\n[b]\n[A]\nPassword : two\n')).toThrow(
      '[a] password is already on line 2',
    );
  });

  it.each([
    ['a key before any section', 'url = x\n[thingsboard]\n', 1],
    ['a word alone', '[thingsboard]\n\ntoken\n', 3],
    ['a value without a key', '[thingsboard]\n= x\n', 2],
    ['a section that does not end', '# c\n[thingsboard\nurl = x\n', 2],
    ['a section without a name', '[ ]\n', 1],
  ])('refuses %s and says where', (_, text, line) => {
    expect(lineOf(() => new IniDocument(text))).toBe(line);
  });

  it('says nothing of what stands in a line that it refuses', () => {
    expect(() => new IniDocument('[a]\nhunter2\n')).toThrow(/^(?!.*hunter2)/);
  });

  const aLine = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, '·'));
  const aKey = fc.stringMatching(/^[a-z_][a-z0-9_. ]{0,10}[a-z0-9]$/);

  it('reads back whatever was set', () => {
    fc.assert(
      fc.property(
        aLine,
        aKey,
        fc.constantFrom(file, `\uFEFF${file}`, file.replaceAll('\n', '\r\n'), ''),
        (value, key, text) => {
          const once = new IniDocument(text).with('thingsboard', key, value);
          expect(new IniDocument(once).find('thingsboard', key)?.value).toBe(value);
          const again = new IniDocument(once).with('thingsboard', key, value);
          expect(again).toBe(once);
        },
      ),
    );
  });

  it('keeps every other line, whatever is in it', () => {
    const aFile = fc
      .array(
        fc.oneof(
          aLine.map((text) => `#${text}`),
          fc.tuple(aKey, aLine).map(([key, value]) => `${key} = ${value}`),
          fc.constant(''),
        ),
        {
          maxLength: 12,
        },
      )
      .map((lines) => ['[thingsboard]', ...lines].join('\n'));
    fc.assert(
      fc.property(aFile, (text) => {
        fc.pre(lineOf(() => new IniDocument(text)) === undefined);
        const rewritten = new IniDocument(text).with('thingsboard', 'the token', 'x');
        const isKnown = new IniDocument(text).find('thingsboard', 'the token') !== undefined;
        expect(rewritten.split('\n').filter((line) => !text.split('\n').includes(line))).toEqual(
          isKnown ? expect.anything() : ['the token = x'],
        );
        expect(text.split('\n').filter((line) => line !== '' && !rewritten.split('\n').includes(line))).toHaveLength(0);
      }),
    );
  });
});
