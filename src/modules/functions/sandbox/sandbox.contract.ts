/**
 * The sandbox's public contract: user JavaScript runs in a QuickJS machine in WebAssembly, on a worker thread that can be killed, without network, files,
 * timers or modules, and no call sees anything that another call left behind.
 *
 * **What is called.** `decodeUplink`, `processData`, `decoder`, `process`, then the old codec forms `Decoder(bytes, port)` and `Decode(fPort, bytes)`, else
 * the last function declared at top level (arrow functions in `const` too), else the value of the last expression if it is a function. A source with a
 * top-level `return` is itself the function; it sees its input as `data`, `input`, `payload`, `message` and `msg`. Promises are awaited within the limits.
 *
 * **What goes in.** The JSON text of the envelope of a message, keys in snake_case. Inside, `object` is a second name of `data`, and every key of the
 * envelope and of `device`, `device_info`, `rx_info`, `tx_info` (at any depth) has a camelCase twin: readable, assignable, in no JSON.
 * Codecs (`decodeUplink`) get `{bytes: number[], fPort, recvTime: Date, variables}` instead, the old forms the bytes and the port, `encodeDownlink`
 * `{data, fPort, variables}`. `variables` is what ChirpStack calls so: texts noted on the device, which are its metadata here.
 *
 * **What comes out.** The JSON text of the returned object. Any other value `v` becomes `{"data": v}`; null and undefined mean `filtered`. What a codec
 * returns as `data` replaces the envelope's `data`, in both modes, and the whole envelope comes out. NUL and half surrogate pairs are U+FFFD, numbers that are
 * not finite are null: the text can always be stored as jsonb.
 *
 * **Errors** are values, never rejections (a call rejects only when the service is closed). Codes: see `SandboxErrorCode`.
 *
 * @example
 * const result = await sandbox.call({
 *   tenantId: tenant.id,
 *   functionKey: `${fn.id}:${fn.version}`,
 *   code: 'function toFahrenheit(msg) { msg.data.f = msg.data.c * 9 / 5 + 32; return msg }',
 *   inputJson: '{"event":"up","data":{"c":20}}',
 *   seed: { timeMs: event.receivedAtMs, random: event.id },
 *   mode: 'auto',
 * });
 * // { status: 'success', outputJson: '{"event":"up","data":{"c":20,"f":68}}', logs: [], error: null, durationMs: 0.05 }
 */
export interface SandboxCall {
  /** One tenant has at most half of the warm places of a thread. */
  tenantId: string;
  /** Identity of the code, for example `${functionId}:${version}`: loaded sources are kept, and quarantine is counted, by it. */
  functionKey: string;
  /** The user's source, at most 64 KiB of UTF-8. */
  code: string;
  /** JSON text of the envelope, at most 256 KiB of UTF-8; a string, so that nobody writes it twice. */
  inputJson: string;
  /** The clock stands at `timeMs` (since 1970, UTC) during the whole call, and Math.random depends on `random` only: a repeated call gives the same answer. */
  seed: { timeMs: number; random: string };
  /**
   * `auto` finds the function as described above; `codec` takes only `decodeUplink`, `Decoder` or `Decode`; `downlink` only `encodeDownlink`, whose answer
   * comes out as it is.
   */
  mode: 'auto' | 'codec' | 'downlink';
}

export interface SandboxResult {
  /** `filtered`: null or undefined was returned. */
  status: 'success' | 'filtered' | 'error';
  /** With `success`: JSON text of an object, at most 256 KiB of UTF-8 and 100 levels. Otherwise null. */
  outputJson: string | null;
  /** The first 100 lines, each cut at 1 KiB; kept also when the call failed. */
  logs: SandboxLogLine[];
  /** With `error`, otherwise null. */
  error: SandboxError | null;
  /** Time on the thread, without waiting for it. */
  durationMs: number;
}

export interface SandboxLogLine {
  level: 'log' | 'warn' | 'error';
  message: string;
}

export interface SandboxError {
  code: SandboxErrorCode;
  message: string;
  /** Where in the user's own source, both counted from 1, when that is known. */
  line?: number;
  column?: number;
}

export const sandboxErrorCodes = [
  'sandbox.timeout', // 100 ms of processor time, 500 ms at the clock, or a promise that can never settle
  'sandbox.memory', // 16 MiB
  'sandbox.code_too_large',
  'sandbox.input_too_large',
  'sandbox.output_too_large',
  'sandbox.syntax_error',
  'sandbox.no_function',
  'sandbox.threw',
  'sandbox.not_json', // cyclic, a BigInt, a function, a toJSON that throws; or the input was no JSON object
  'sandbox.too_deep', // more than 100 levels
  'sandbox.quarantined', // five limits in a row: nothing runs for 60 s
  'codec.errors', // decodeUplink returned errors; the message holds them
] as const;
export type SandboxErrorCode = (typeof sandboxErrorCodes)[number];

export type SandboxCheck =
  { ok: true } | { ok: false; code: SandboxErrorCode; message: string; line?: number; column?: number };
