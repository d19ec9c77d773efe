import type { QuickJs, GuestValue } from '../engine/quickjs.js';
import { installBuffer } from './buffer.guest.js';
import { installConsole } from './console.guest.js';
import { makeEntry } from './entry.guest.js';
import { makeEnvelopeTools } from './envelope.guest.js';
import { installRandom } from './random.guest.js';
import { installTextCodecs } from './text-codecs.guest.js';

/** What the host keeps of the prelude: addresses of functions inside the machine, valid in every image that descends from this one. */
export interface GuestEntry {
  /** bind(preferred[], lastDeclared, completion) → which modes have something to call: '', 'a', 'c' or 'ac' */
  bind: GuestValue;
  /** bindBody(function) → 'a': a source with a top-level `return` */
  bindBody: GuestValue;
  /** auto(inputJson) → reply */
  auto: GuestValue;
  /** codec(inputJson) → reply */
  codec: GuestValue;
  /** downlink(inputJson) → reply */
  downlink: GuestValue;
  /** settle() → reply: asked again while a promise is pending */
  settle: GuestValue;
  /** describe(thrown) → reply of the kind `E` */
  describe: GuestValue;
}

/**
 * Furnishes a fresh machine with what user code finds there beside the language: Buffer, TextEncoder and TextDecoder, console, seeded random numbers; and
 * with the entry through which it is called.
 *
 * The `*.guest.ts` functions run inside the machine. They are sent there as text, so they must not use anything from outside their own body.
 */
export function furnish(machine: QuickJs): GuestEntry {
  const log = machine.newHostFunction('log');
  const seed = machine.newHostFunction('seed');
  const install = (guest: (...args: never[]) => unknown, ...args: GuestValue[]): GuestValue =>
    machine.call(machine.evaluate(`(${guest.toString()})`, 'prelude.js'), ...args);

  install(installTextCodecs);
  install(installBuffer);
  install(installRandom, seed);
  install(installConsole, log);
  const entry = install(makeEntry, log, install(makeEnvelopeTools));
  return {
    bind: machine.property(entry, 'bind'),
    bindBody: machine.property(entry, 'bindBody'),
    auto: machine.property(entry, 'auto'),
    codec: machine.property(entry, 'codec'),
    downlink: machine.property(entry, 'downlink'),
    settle: machine.property(entry, 'settle'),
    describe: machine.property(entry, 'describe'),
  };
}
