import type { SandboxError } from '../sandbox.contract.js';
import type { GuestEntry } from '../prelude/prelude.js';
import { guestError, USER_FILE } from './guest-error.rules.js';
import type { GuestCalls } from './guest-calls.js';
import { GuestThrew, type GuestValue, type QuickJs } from './quickjs.js';
import { declaredNames } from './source.rules.js';

/** In the order in which entry.guest.ts reads them. */
const PREFERRED = ['decodeUplink', 'processData', 'decoder', 'process', 'Decoder', 'Decode', 'encodeDownlink'];
const BODY_HEAD = '(function(data,input,payload,message,msg){';
const ASYNC_BODY_HEAD = `(async ${BODY_HEAD.slice(1)}`;
const TOP_LEVEL_RETURN = 'return not in a function';
/** Names asked for, from the last one back, until one is a function. */
const NAMES_TRIED = 200;
/** Microtasks that loading may leave; more would be a loop, which the guard ends. */
const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

type Ran = { value: GuestValue; shift: number } | { error: SandboxError };
export type Loading = { firstLineShift: number } | { error: SandboxError };

/** Runs a source in a fresh machine and finds out what is to be called. */
export class SourceLoader {
  constructor(
    private readonly entry: GuestEntry,
    private readonly calls: GuestCalls,
  ) {}

  load(machine: QuickJs, code: string): Loading {
    const script = this.run(machine, code, '', '');
    if (!('error' in script)) return this.bindScript(machine, code, script.value);
    if (script.error.code !== 'sandbox.syntax_error' || !/\breturn\b/.test(code)) return script;
    const body = this.runBody(machine, code);
    // Only when `return` itself was the fault can the other reading know the place of the fault better.
    if ('error' in body) return script.error.message.includes(TOP_LEVEL_RETURN) ? body : script;
    this.calls.reply(machine, () => machine.call(this.entry.bindBody, body.value));
    return { firstLineShift: body.shift };
  }

  private runBody(machine: QuickJs, code: string): Ran {
    const plain = this.run(machine, code, BODY_HEAD, '\n})');
    if (!('error' in plain) || !/\bawait\b/.test(code)) return plain;
    return this.run(machine, code, ASYNC_BODY_HEAD, '\n})');
  }

  private run(machine: QuickJs, code: string, head: string, tail: string): Ran {
    const shift = head.length;
    try {
      const value = this.calls.inside(() => machine.evaluate(head + code + tail, USER_FILE));
      this.calls.inside(() => this.calls.runJobs(machine, ANY_NUMBER));
      return { value, shift };
    } catch (error) {
      if (!(error instanceof GuestThrew)) throw error;
      return { error: guestError(this.calls.describe(machine, error), shift) };
    }
  }

  private bindScript(machine: QuickJs, code: string, completion: GuestValue): Loading {
    const list = `[${PREFERRED.map((name) => `typeof ${name}==="function"?${name}:void 0`).join()}]`;
    try {
      const preferred = this.calls.inside(() => machine.evaluate(list, 'names.js'));
      if (this.bind(machine, preferred) || this.bindLast(machine, code) || this.bind(machine, preferred, completion))
        return { firstLineShift: 0 };
    } catch (error) {
      if (!(error instanceof GuestThrew)) throw error;
      return { error: guestError(this.calls.describe(machine, error), 0) };
    }
    return {
      error: { code: 'sandbox.no_function', message: 'there is no function to call: declare one, or return a value' },
    };
  }

  private bindLast(machine: QuickJs, code: string): boolean {
    for (const name of declaredNames(code).slice(-NAMES_TRIED).reverse()) {
      const value = this.valueOf(machine, name);
      if (value !== undefined && machine.isFunction(value)) return this.bind(machine, value, value);
    }
    return false;
  }

  /** A name may be anything that the reading of the text took for one, so asking may fail. */
  private valueOf(machine: QuickJs, name: string): GuestValue | undefined {
    try {
      return this.calls.inside(() => machine.evaluate(`typeof ${name}==="function"?${name}:void 0`, 'names.js'));
    } catch (error) {
      if (!(error instanceof GuestThrew)) throw error;
      return undefined;
    }
  }

  private bind(machine: QuickJs, preferred: GuestValue, other?: GuestValue): boolean {
    return (
      this.calls.reply(machine, () =>
        machine.call(this.entry.bind, preferred, ...(other === undefined ? [] : [other])),
      ) !== ''
    );
  }
}
