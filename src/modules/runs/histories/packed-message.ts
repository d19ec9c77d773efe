import { unpack } from '../../../core/packing/packed.js';

/** A stored message as the JSON value that it is. */
export function messageOf(packed: Buffer | null): unknown {
  return packed === null ? null : (JSON.parse(unpack(packed).toString()) as unknown);
}
