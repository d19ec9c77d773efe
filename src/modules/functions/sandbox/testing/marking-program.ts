/** Says which marks of earlier calls it finds, then leaves marks wherever a program can leave anything. */
export const markingProgram = `
let counter = 0;
const kept = { n: 0 };
var leftByVar;
class Holder { static mark; }
const pattern = /a/g;
const templates = new Set();
const tag = (strings) => strings;
const weak = new WeakMap();
let weakRef;
const hidden = [
  Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype, Boolean.prototype, Symbol.prototype, BigInt.prototype,
  Date.prototype, RegExp.prototype, Error.prototype, TypeError.prototype, Promise.prototype, Map.prototype, Set.prototype, WeakMap.prototype,
  ArrayBuffer.prototype, DataView.prototype, Iterator.prototype, Buffer.prototype, TextDecoder.prototype,
  Object.getPrototypeOf(Uint8Array), Object.getPrototypeOf(Uint8Array.prototype), Object.getPrototypeOf(globalThis),
  Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(function* () {}).prototype, Object.getPrototypeOf(async () => {}),
  Object.getPrototypeOf(async function* () {}), Object.getPrototypeOf([][Symbol.iterator]()), Object.getPrototypeOf(''[Symbol.iterator]()),
  Object.getPrototypeOf(new Map().entries()), Object.getPrototypeOf(new Set().values()), Object.getPrototypeOf('a'.matchAll(/a/g)),
  Object.getPrototypeOf([].values().map((x) => x)), Object.getPrototypeOf(Iterator.from({ next() {} })),
  Object, Array, Function, String, Math, JSON, Reflect, Promise, Symbol, Error, RegExp, Date, Proxy, Buffer, TextEncoder,
  console, console.log, console.error, Math.random, Array.prototype.map, Object.getOwnPropertyDescriptor(Map.prototype, 'size').get,
  Object.getOwnPropertyDescriptor(RegExp.prototype, 'flags').get, Reflect.apply, eval, parseInt,
];
function mark(message) {
  const found = [];
  const see = (name, isThere) => { if (isThere) found.push(name); };
  see('let', counter++ !== 0);
  see('const object', kept.n++ !== 0);
  see('var', leftByVar !== undefined);
  see('static', Holder.mark !== undefined);
  see('lastIndex', pattern.lastIndex !== 0);
  see('function property', mark.calls !== undefined);
  see('implicit global', typeof implicit !== 'undefined');
  see('global', globalThis.left !== undefined);
  see('deleted', typeof Array.prototype.flatMap !== 'function' || typeof Math.hypot !== 'function');
  see('replaced', JSON.parse.name !== 'parse' || Date.name !== 'Date' || typeof structuredTruth !== 'undefined');
  see('stack', Error.stackTraceLimit === 77 || Error.prepareStackTrace !== undefined);
  see('template', templates.size !== 0);
  see('weak', weakRef !== undefined || weak.has(hidden));
  see('symbol', Object.getOwnPropertySymbols(Object.prototype).length !== 0 || Symbol.for('left').mark !== undefined);
  see('legacy regexp', RegExp.$1 !== undefined && RegExp.$1 !== '');
  see('prototype of the global object', Object.getPrototypeOf(globalThis) !== Object.prototype);
  hidden.forEach((object, at) => see('mark ' + at, Object.hasOwn(object, 'mark') || !Object.isExtensible(object)));
  see('random', Math.random() !== message.data.random && message.data.random !== undefined);

  leftByVar = Holder.mark = mark.calls = globalThis.left = 1;
  implicit = 1;
  pattern.test('aa');
  /(left)/.test('left');
  templates.add(tag\`x\`);
  weakRef = new WeakRef({});
  weak.set(hidden, 1);
  new FinalizationRegistry(() => { globalThis.left = 2 }).register({}, 1);
  Object.prototype[Symbol.for('left')] = 1;
  Error.stackTraceLimit = 77;
  Error.prepareStackTrace = () => 'left';
  Promise.resolve().then(() => { globalThis.left = 3; console.log('left'); });
  hidden.forEach((object, at) => {
    try { object.mark = 1 } catch {}
    if (at % 3 === 0) Object.preventExtensions(object);
  });
  delete Array.prototype.flatMap;
  Math.hypot = undefined;
  JSON.parse = function left() { return { data: {} } };
  Date = class Left {};
  globalThis.structuredTruth = 1;
  try { Object.setPrototypeOf(globalThis, { left: 1 }) } catch {}
  return { found, random: Math.random() };
}`;
