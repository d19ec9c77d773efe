import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { asText } from '../../../core/outbound/template.rules.js';
import type { ConfigContent } from '../config.rules.js';

/** What a template may ask of a device. */
export interface TemplateDevice {
  id: string;
  name: string;
  mac: string;
  dev_eui: string | null;
  uuid: string | null;
  serial: string | null;
  site: string | null;
  metadata: object;
}

/** A device says nothing where the template points. */
export class TemplateValueMissing extends Error {
  constructor(readonly path: string) {
    super(`the device has no value at {{${path}}}`);
  }
}

/** Nothing but `{{device.…}}`: a config may hold braces of its own, for templates that somebody else fills in. */
const placeholder = /\{\{\s*(device(?:\.[\w-]+)+)\s*\}\}/g;
const whole = /^\{\{\s*(device(?:\.[\w-]+)+)\s*\}\}$/;

/**
 * A config of a template: in its texts `{{device.name}}`, `{{device.metadata.room}}` and the like are replaced by what the
 * device says. A text that is nothing else becomes the value itself, so that a number stays one. Keys are left alone.
 *
 * @throws TemplateValueMissing
 */
export function filled(template: ConfigContent, device: TemplateDevice): ConfigContent {
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filledValue(value, device)]));
}

function filledValue(value: unknown, device: TemplateDevice): unknown {
  if (typeof value === 'string') return filledText(value, device);
  if (Array.isArray(value)) return value.map((item) => filledValue(item, device));
  return isPlainObject(value) ? filled(value, device) : value;
}

function filledText(text: string, device: TemplateDevice): unknown {
  const only = whole.exec(text)?.[1];
  if (only !== undefined) return valueAt(device, only);
  return text.replaceAll(placeholder, (_, path: string) => asText(valueAt(device, path)));
}

function valueAt(device: TemplateDevice, path: string): unknown {
  const found = path
    .split('.')
    .slice(1)
    .reduce<unknown>(
      (value, key) => (isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      device,
    );
  if (found === undefined || found === null) throw new TemplateValueMissing(path);
  return found;
}
