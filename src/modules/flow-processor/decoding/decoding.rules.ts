import type { Envelope } from '../../devices/journal/envelope/envelope.contract.js';
import type { BuiltInCodec } from '../../devices/profiles/built-in-codec.contract.js';
import type { SandboxResult } from '../../functions/sandbox/sandbox.contract.js';
import { cayenneReadings } from './cayenne-lpp.rules.js';

export type Codec = { builtIn: BuiltInCodec } | { functionId: string };
/** As a profile says it: one of the two at the most. */
interface CodecChoice {
  codec: BuiltInCodec | null;
  codecFunctionId: string | null;
}

type JsonObject = Record<string, unknown>;

/** What a codec made of an uplink. */
export interface Decoded {
  /** Null: nothing, `error` says why. */
  decoded: JsonObject | null;
  warnings: string[];
  error: { code: string; message: string; line?: number; column?: number } | null;
}

/**
 * An uplink with bytes that nobody has decoded yet. ChirpStack leaves `object` out where it has no codec; where a join
 * server of its own holds the keys the bytes are still encrypted, and no codec could read them.
 */
export function awaitsDecoding(event: { event: string; body: Buffer }, envelope: Envelope): boolean {
  if (event.event !== 'up' || typeof envelope.payload !== 'string' || envelope.payload === '') return false;
  if (Object.keys(envelope.data).length > 0) return false;
  const body: unknown = JSON.parse(event.body.toString());
  return isObject(body) && !isObject(body['object']) && !isObject(body['joinServerContext']);
}

/** What decodes the uplinks of a device: a built-in codec or a function; null: nothing. */
export function codecOf({ profile }: { profile: CodecChoice | null }): Codec | null {
  if (profile === null) return null;
  if (profile.codec !== null) return { builtIn: profile.codec };
  return profile.codecFunctionId === null ? null : { functionId: profile.codecFunctionId };
}

/** By the one codec that is built in. */
export function decodedByCayenne({ payload }: Envelope): Decoded {
  const { readings, warnings } = cayenneReadings(Buffer.from(String(payload), 'base64'));
  if (Object.keys(readings).length > 0) return { decoded: readings, warnings, error: null };
  const message = warnings[0] ?? 'there is no reading in it';
  return { decoded: null, warnings: warnings.slice(1), error: { code: 'codec.errors', message } };
}

/** The sandbox's answer, whole envelope and all, as it is kept. */
export function decodedBy({ status, outputJson, logs, error }: SandboxResult): Decoded {
  const warnings = logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
  if (error !== null) return { decoded: null, warnings, error };
  if (status === 'filtered' || outputJson === null) {
    return { decoded: null, warnings, error: { code: 'codec.nothing', message: 'the codec returned nothing' } };
  }
  const output: unknown = JSON.parse(outputJson);
  const decoded = isObject(output) ? output['data'] : undefined;
  if (isObject(decoded)) return { decoded, warnings, error: null };
  const message = 'the codec must return an object of named values';
  return { decoded: null, warnings, error: { code: 'codec.no_object', message } };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
