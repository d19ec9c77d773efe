import { UnparsableMessage } from '../ingest.errors.js';
import { anyEventShape, eventShapes } from './protobuf/chirpstack-shapes.js';
import { protobufToJson } from './protobuf/protobuf-to-json.rules.js';

type JsonObject = Record<string, unknown>;

/** A posted event as JSON, and the bytes to keep of it. */
export interface ChirpStackBody {
  json: JsonObject;
  body: Buffer;
}

const protobufTypes = new Set(['application/octet-stream', 'application/x-protobuf', 'application/protobuf']);
const openingBrace = 0x7b;

/**
 * Reads what ChirpStack posted. JSON is kept byte for byte. Protobuf is kept as the JSON that ChirpStack would have sent:
 * every reader of stored events, now and in ten years, then has one form to know.
 */
export function readChirpStackBody(bytes: Buffer, eventName: string | undefined, contentType: string): ChirpStackBody {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  // No event of ChirpStack's begins like this as protobuf, so whoever posts JSON as "some bytes" is understood too.
  const isProtobuf = protobufTypes.has(type) && bytes[0] !== openingBrace;
  if (!isProtobuf) return { json: parseObject(bytes), body: bytes };
  const json = parseProtobuf(bytes, eventName);
  return { json, body: Buffer.from(JSON.stringify(json)) };
}

/** An event that we do not know must not be refused, and may lie otherwise: then its bytes are all there is to say. */
function parseProtobuf(bytes: Buffer, eventName = 'up'): JsonObject {
  const shape = Object.hasOwn(eventShapes, eventName) ? eventShapes[eventName] : undefined;
  if (shape !== undefined) return parsed(() => protobufToJson(bytes, shape));
  const raw = { rawBase64: bytes.toString('base64') };
  try {
    return { ...protobufToJson(bytes, anyEventShape), ...raw };
  } catch {
    return raw;
  }
}

function parseObject(body: Buffer): JsonObject {
  const json = parsed<unknown>(() => JSON.parse(body.toString()));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UnparsableMessage('the body must be one JSON object, an event as ChirpStack sends it');
  }
  return json as JsonObject;
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be parsed';
    throw new UnparsableMessage(`the body is neither JSON nor an event of ChirpStack's as protobuf: ${why}`);
  }
}
