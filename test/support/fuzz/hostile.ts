import fc from 'fast-check';
import type { Json } from './api-document.js';

/** Own keys that an object literal would take for something else. */
const prototypeKeys = [
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"toString": null, "hasOwnProperty": 1, "then": {}}',
].map((text) => JSON.parse(text) as Json);

export const hostileTexts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u200b\ufeff',
  '💩👩‍👩‍👧‍👦é',
  'x'.repeat(10_000),
  'é'.repeat(70_000),
  '%00',
  '%zz',
  '../../../../etc/passwd',
  `'; DROP TABLE devices; --`,
  '$1',
  '{{data.x}}',
  '{{',
  '${process.exit(1)}',
  '<script>alert(1)</script>',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e400',
  'infinity',
  '-infinity',
  'now',
  'epoch',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '0000-00-00',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{00000000-0000-7000-8000-000000000000}',
  '00000000-0000-7000-8000-00000000000g',
  'http://[::1',
  'http://user:pass@127.0.0.1:1/?q=\\',
  '__proto__',
  'constructor',
];

export const hostileNumbers = [
  0,
  -0,
  -1,
  0.1,
  1.5,
  255,
  32_768,
  2_147_483_648,
  -2_147_483_649,
  Number.MAX_SAFE_INTEGER + 2,
  1e21,
  1e308,
  5e-324,
];

function tower(depth: number, innermost: Json): Json {
  let value = innermost;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const hostileStructures: Json[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  [{}],
  { '': '' },
  { '\u0000': 1 },
  { '\ud800': '\ud800' },
  ...prototypeKeys,
  tower(70, 1),
  tower(2_000, 'deep'),
  Array.from({ length: 5_000 }, (_, n) => n),
  Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`key${n}`, n])),
];

/** A value that no schema asked for. */
export const hostileValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...hostileStructures),
  fc.constantFrom<Json>(...hostileTexts),
  fc.constantFrom<Json>(...hostileNumbers),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

/** Whole bodies that are not what their Content-Type says, or only just. */
export const hostileBody: fc.Arbitrary<string | Buffer> = fc.constantFrom<string | Buffer>(
  '',
  '{',
  '[1,]',
  'null',
  '1',
  '"text"',
  '[]',
  '{}',
  '\ufeff{}',
  '{"a":1e400}',
  '{"name":"a","name":"b"}',
  '{"name":"\\u0000"}',
  '{"name":"\\ud800"}',
  '{"__proto__":{"polluted":true}}',
  '{"name":"x","constructor":{"prototype":{"polluted":true}}}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `{"name":"${'x'.repeat(1024 * 1024)}"}`,
  Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  Buffer.from('7b226e616d65223a22c328227d', 'hex'),
  'name=a&name=b&__proto__=1',
);

/** Replaces, removes, wraps or adds something at one place of a value. */
export function spoilt(value: Json, where: number, how: number, hostile: Json): Json {
  const places = placesOf(value);
  const place = places[where % (places.length + 1)];
  if (place === undefined) return how % 3 === 0 ? [value] : hostile;
  const { holder, key } = place;
  if (Array.isArray(holder)) {
    const index = Number(key);
    if (how % 4 === 0) holder.splice(index, 1);
    else holder[index] = how % 4 === 1 ? [holder[index] ?? null] : hostile;
  } else if (how % 5 === 0) Reflect.deleteProperty(holder, key);
  else if (how % 5 === 1) define(holder, hostileTexts[how % hostileTexts.length] ?? 'more', hostile);
  else if (how % 5 === 2) define(holder, key, [holder[key] ?? null]);
  else define(holder, key, hostile);
  return value;
}

interface Place {
  holder: Json[] | Record<string, Json>;
  key: string;
}

function placesOf(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ holder: value, key }, ...placesOf(item)]);
}

/** An assignment to `__proto__` would set the prototype instead of a field. */
function define(holder: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
