import { describe, expect, it } from '@jest/globals';
import { fillBody, fillTemplate, insideJsonString, parseTemplate } from './template.rules.js';

const message = {
  f_port: 5,
  device: { name: 'Hall "2"', dev_eui: '0011223344556677' },
  data: { temperature: 21.5, wet: false, note: null, list: [1, { deep: 'x' }] },
};
const fill = (text: string): string => fillTemplate(parseTemplate(text), message, (value) => value);
const body = (text: string): string => fillBody(parseTemplate(text), message, insideJsonString);

describe('a template', () => {
  it('is filled from the message', () => {
    expect(fill('a/{{device.dev_eui}}/{{ data.temperature }}/{{data.wet}}')).toBe('a/0011223344556677/21.5/false');
    expect(fill('{{data.list.0}} {{data.list[1].deep}}')).toBe('1 x');
    expect(fill('plain')).toBe('plain');
  });

  it('understands the camelCase names of ChirpStack', () => {
    expect(fill('{{fPort}} {{device.devEui}} {{object.temperature}}')).toBe('5 0011223344556677 21.5');
  });

  it.each([
    '{{data.humidity}}',
    '{{data.note}}',
    '{{data.list.7}}',
    '{{data.__proto__}}',
    '{{data.list.length}}',
    '{{toString}}',
  ])('fails at %s, where the message has nothing', (text) => {
    expect(() => fill(text)).toThrow('no value');
  });

  it.each(['{{', '{{}}', '{{ }}', '{{a..b}}', '{{a[x]}}', '{{a b}}'])('is refused when it is written %s', (text) => {
    expect(() => parseTemplate(text)).toThrow();
  });
});

describe('a body template', () => {
  it('makes valid JSON of the documented example', () => {
    const text = body(
      '{"text": "{{device.name}}: {{data.temperature}} °C", "all": {{json data}}, "name": {{json device.name}}}',
    );
    expect(JSON.parse(text)).toEqual({ text: 'Hall "2": 21.5 °C', all: message.data, name: 'Hall "2"' });
  });

  it('knows null as a value', () => {
    expect(body('{"note": {{data.note}}}')).toBe('{"note": null}');
    expect(() => body('{"note": {{data.nothing}}}')).toThrow('data.nothing');
  });
});
