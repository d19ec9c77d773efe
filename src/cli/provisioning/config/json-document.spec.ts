import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigMalformed } from './config-document.js';
import { JsonDocument } from './json-document.js';

const file = `{
  "thingsboard": {
    "url": "https://iot.example.org",
    "password": "a\\"b}, \\u00fc",
    "token": null
  },
  "Location": {"latitude": 28.61390, "longitude": -7.7e1},
  "other": [{"thingsboard": {"url": "no"}}],
  "empty": {}
}
`;

describe('JsonDocument', () => {
  it('reads values with their lines, numbers as they are written, null as nothing', () => {
    const document = new JsonDocument(file);
    expect(document.find('thingsboard', 'url')).toEqual({ value: 'https://iot.example.org', line: 3 });
    expect(document.find('ThingsBoard', 'Password')).toEqual({ value: 'a"b}, ü', line: 4 });
    expect(document.find('thingsboard', 'token')).toBeUndefined();
    expect(document.find('location', 'latitude')).toEqual({ value: '28.61390', line: 7 });
    expect(document.find('location', 'longitude')).toEqual({ value: '-7.7e1', line: 7 });
    expect(document.find('other', 'url')).toBeUndefined();
    expect([document.lineOf('location'), document.lineOf('assets')]).toEqual([7, undefined]);
  });

  it('sets one value and touches nothing else', () => {
    const document = new JsonDocument(file);
    expect(document.with('thingsboard', 'token', 'new')).toBe(file.replace('null', '"new"'));
    expect(document.with('location', 'latitude', '1')).toBe(file.replace('28.61390', '"1"'));
  });

  it('adds a key as the last of its section, set apart as the others are', () => {
    const document = new JsonDocument(file);
    expect(document.with('thingsboard', 'username', 'ann')).toBe(file.replace('null', 'null,\n    "username": "ann"'));
    expect(document.with('empty', 'x', 'y')).toBe(file.replace('{}', '{ "x": "y" }'));
    expect(JSON.parse(document.with('assets', 'x', 'y'))).toEqual({ ...JSON.parse(file), assets: { x: 'y' } });
    expect(JSON.parse(new JsonDocument('{}').with('a', 'b', 'c'))).toEqual({ a: { b: 'c' } });
  });

  it('reads a file of Windows', () => {
    const windows = `\uFEFF${file.replaceAll('\n', '\r\n')}`;
    expect(new JsonDocument(windows).find('thingsboard', 'url')).toMatchObject({ line: 3 });
    expect(new JsonDocument(windows).with('thingsboard', 'token', 'new')).toBe(windows.replace('null', '"new"'));
  });

  it.each([
    ['an array', '[]', 1],
    ['nothing', '', 1],
    ['a comma too many', '{\n"a": {"b": 1},\n}', 3],
    ['a key that is there twice', '{"a": {"b": 1,\n"B": 2}}', 2],
    ['a section that is there twice', '{"a": {},\n\n"a": {}}', 3],
  ])('refuses %s and says where', (_, text, line) => {
    expect(() => new JsonDocument(text)).toThrow(ConfigMalformed);
    expect(() => new JsonDocument(text)).toThrow(expect.objectContaining({ line }));
  });

  it('says nothing of what stands around a fault', () => {
    expect(() => new JsonDocument('{"thingsboard": {"password": "hunter2" "token": 1}}')).toThrow(/^(?!.*hunter2)/);
  });

  it('reads back whatever was set, in any object of sections, and the rest is the same', () => {
    const aName = fc.stringMatching(/^[a-z]{1,5}$/);
    const anObject = fc.dictionary(aName, fc.dictionary(aName, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(
        anObject,
        aName,
        aName,
        fc.string({ unit: 'binary' }),
        fc.constantFrom(0, 2),
        (sections, section, key, value, indent) => {
          const text = JSON.stringify(sections, null, indent);
          const rewritten = new JsonDocument(text).with(section, key, value);
          expect(JSON.parse(rewritten)).toEqual({ ...sections, [section]: { ...sections[section], [key]: value } });
          expect(new JsonDocument(rewritten).find(section, key)?.value).toBe(value);
        },
      ),
    );
  });
});
