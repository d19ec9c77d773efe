import { describe, expect, it } from '@jest/globals';
import { filled, TemplateValueMissing } from './config-template.rules.js';

const device = {
  id: '01980c1e-7d2a-7c3b-8f00-5d1b5e6c7a90',
  name: 'Living room',
  mac: 'a4-cf-12-6b-00-7e',
  dev_eui: null,
  uuid: null,
  serial: 'SN-1',
  site: null,
  metadata: { pin: 12, wifi: { ssid: 'home' }, tags: ['a'] },
};

describe('filled', () => {
  it('puts what a device says into the texts of a template, however deep', () => {
    const template = {
      deviceName: '{{device.name}}',
      topics: ['up/{{ device.mac }}/{{device.serial}}'],
      n: 1,
      no: null,
    };
    expect(filled(template, device)).toEqual({
      deviceName: 'Living room',
      topics: ['up/a4-cf-12-6b-00-7e/SN-1'],
      n: 1,
      no: null,
    });
  });

  it('keeps the kind of a value that stands alone', () => {
    const template = {
      pin: '{{device.metadata.pin}}',
      wifi: '{{device.metadata.wifi}}',
      text: 'p{{device.metadata.pin}}',
    };
    expect(filled(template, device)).toEqual({ pin: 12, wifi: { ssid: 'home' }, text: 'p12' });
  });

  it('leaves other braces and all keys alone', () => {
    const template = { '{{device.name}}': "{{ states('sensor.x') }}", a: '{{name}}', b: '{{device}}' };
    expect(filled(template, device)).toEqual(template);
  });

  it.each(['dev_eui', 'metadata.none', 'constructor', 'name.length', 'metadata.__proto__'])(
    'refuses what the device does not say: %s',
    (path) => {
      expect(() => filled({ a: `{{device.${path}}}` }, device)).toThrow(TemplateValueMissing);
    },
  );
});
