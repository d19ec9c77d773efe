import type { EnvelopeTools } from './envelope.guest.js';

/**
 * The way in: calls the user's function and turns what it returns into text. All of it inside the machine, so that getters, proxies and `toJSON` of hostile
 * values run under its limits.
 *
 * A reply is one letter and a text: `S` the JSON of the answer · `F` filtered · `P` a promise that is not settled yet · `E` the JSON of an error
 * `{code, message, stack}`. What is needed of the language is taken aside before user code runs, for that may change everything afterwards.
 */
export function makeEntry(log: (level: string, message: string) => void, tools: EnvelopeTools): object {
  type Fields = Record<string, unknown>;
  type Callable = (...args: unknown[]) => unknown;
  type Style = 'message' | 'body' | 'codec' | 'bytes, port' | 'port, bytes' | 'downlink';
  interface Target {
    fn: Callable;
    style: Style;
  }

  const { stringify } = JSON;
  const { isArray } = Array;
  const { create, hasOwn } = Object;
  const toText = String;
  const ThePromise = Promise;
  const { apply } = Reflect;
  const resolve = Reflect.get(Promise, 'resolve') as Callable;
  const then = Reflect.get(Promise.prototype, 'then') as Callable;
  const EngineError = Reflect.get(globalThis, 'InternalError') as new () => Error;
  const TheError = Error;
  const StackOverflow = RangeError;

  let autoTarget: Target | undefined;
  let codecTarget: Target | undefined;
  let downlinkTarget: Target | undefined;
  let running: { style: Style; envelope: Fields } | undefined;
  let outcome: { isKept: boolean; value: unknown } | undefined;
  let phase: 'input' | 'call' | 'answer' = 'call';

  function isCallable(value: unknown): value is Callable {
    return typeof value === 'function';
  }

  function read(value: unknown, key: string): unknown {
    return typeof value === 'object' && value !== null ? (value as Fields)[key] : undefined;
  }

  // ---- what to call ----

  /** `preferred` holds, in this order: decodeUplink, processData, decoder, process, Decoder, Decode, encodeDownlink. */
  function bind(preferred: unknown[], lastDeclared: unknown, completion: unknown): string {
    const styles: Style[] = ['codec', 'message', 'message', 'message', 'bytes, port', 'port, bytes', 'downlink'];
    for (let at = 0; at < styles.length; at++) {
      const fn = preferred[at];
      const style = styles[at];
      if (!isCallable(fn) || style === undefined) continue;
      if (style === 'downlink') {
        downlinkTarget ??= { fn, style };
        continue;
      }
      autoTarget ??= { fn, style };
      if (style !== 'message') codecTarget ??= { fn, style };
    }
    if (autoTarget === undefined) {
      if (isCallable(lastDeclared)) autoTarget = { fn: lastDeclared, style: 'message' };
      else if (isCallable(completion)) autoTarget = { fn: completion, style: 'message' };
    }
    return (autoTarget === undefined ? '' : 'a') + (codecTarget === undefined ? '' : 'c');
  }

  function bindBody(fn: Callable): string {
    autoTarget = { fn, style: 'body' };
    return 'a';
  }

  // ---- the call ----

  function invoke(target: Target, envelope: Fields): unknown {
    const { fn, style } = target;
    if (style === 'message') return fn(envelope);
    if (style === 'codec') return fn(tools.codecInput(envelope));
    if (style === 'bytes, port') return fn(tools.bytesOf(envelope), envelope['f_port']);
    if (style === 'port, bytes') return fn(envelope['f_port'], tools.bytesOf(envelope), tools.variablesOf(envelope));
    if (style === 'downlink') return fn(tools.downlinkInput(envelope));
    return fn(envelope, envelope, envelope, envelope, envelope);
  }

  function run(target: Target | undefined, json: string): string {
    if (target === undefined) return failure('sandbox.no_function', 'there is no function to call', '');
    try {
      phase = 'input';
      const envelope = tools.open(json);
      phase = 'call';
      running = { style: target.style, envelope };
      const result = invoke(target, envelope);
      if (!isCallable(read(result, 'then'))) return answer(result);
      const promise = apply(resolve, ThePromise, [result]);
      apply(then, promise, [
        (value: unknown) => (outcome = { isKept: true, value }),
        (value: unknown) => (outcome = { isKept: false, value }),
      ]);
      return 'P';
    } catch (thrown) {
      return describe(thrown);
    }
  }

  function settle(): string {
    if (outcome === undefined) return 'P';
    if (!outcome.isKept) return describe(outcome.value);
    try {
      return answer(outcome.value);
    } catch (thrown) {
      return describe(thrown);
    }
  }

  // ---- the answer ----

  function answer(result: unknown): string {
    if (result === undefined || result === null || running === undefined) return 'F';
    const { style, envelope } = running;
    if (style === 'message' || style === 'body') return serialised(result);
    if (style !== 'codec' && style !== 'downlink') envelope['data'] = result;
    else {
      const failed = codecErrors(result);
      if (failed !== '') return failed;
      if (style === 'downlink') return serialised(result);
      envelope['data'] = codecData(result);
    }
    return serialised(envelope);
  }

  function codecErrors(result: unknown): string {
    const warnings = texts(read(result, 'warnings'));
    for (let at = 0; at < warnings.length; at++) log('warn', warnings[at] ?? '');
    const errors = texts(read(result, 'errors'));
    let message = '';
    for (let at = 0; at < errors.length; at++) message += (at === 0 ? '' : '; ') + (errors[at] ?? '');
    return errors.length === 0 ? '' : failure('codec.errors', message, '');
  }

  /** The values of `{data, warnings, errors}`; a codec that returns its values bare is understood too. */
  function codecData(result: unknown): unknown {
    if (typeof result !== 'object' || result === null || isArray(result)) return result;
    const isWrapped = hasOwn(result, 'data') || hasOwn(result, 'warnings') || hasOwn(result, 'errors');
    return isWrapped ? (read(result, 'data') ?? {}) : result;
  }

  function texts(value: unknown): string[] {
    const found: string[] = [];
    if (typeof value === 'string' && value !== '') found[0] = value;
    else if (isArray(value)) for (let at = 0; at < value.length && at < 100; at++) found[at] = toText(value[at]);
    return found;
  }

  function serialised(value: unknown): string {
    phase = 'answer';
    const json = stringify(value) as string | undefined;
    if (json === undefined) return failure('sandbox.not_json', `a ${typeof value} cannot be written as JSON`, '');
    return json[0] === '{' ? `S${json}` : `S{"data":${json}}`;
  }

  // ---- what went wrong ----

  function describe(thrown: unknown): string {
    try {
      const isError = thrown instanceof TheError;
      const message = isError ? `${toText(thrown.name)}: ${toText(thrown.message)}` : `thrown: ${show(thrown)}`;
      const stack = isError && typeof thrown.stack === 'string' ? thrown.stack : '';
      return failure(codeOf(thrown), message, stack);
    } catch {
      return failure('sandbox.threw', 'something was thrown that cannot be shown', '');
    }
  }

  function codeOf(thrown: unknown): string {
    if (thrown instanceof EngineError && thrown.message === 'out of memory') return 'sandbox.memory';
    if (phase === 'answer') return thrown instanceof StackOverflow ? 'sandbox.too_deep' : 'sandbox.not_json';
    return phase === 'input' ? 'sandbox.not_json' : 'sandbox.threw';
  }

  function show(thrown: unknown): string {
    return typeof thrown === 'object' && thrown !== null ? stringify(thrown) : toText(thrown);
  }

  function failure(code: string, message: string, stack: string): string {
    // Without a prototype, so that no toJSON of the user's is asked.
    const error = create(null) as Fields;
    error['code'] = code;
    error['message'] = message.length > 1024 ? message.slice(0, 1024) : message;
    error['stack'] = stack.length > 4096 ? stack.slice(0, 4096) : stack;
    return `E${stringify(error)}`;
  }

  return {
    bind,
    bindBody,
    describe,
    settle,
    auto: (json: string) => run(autoTarget, json),
    codec: (json: string) => run(codecTarget, json),
    downlink: (json: string) => run(downlinkTarget, json),
  };
}
