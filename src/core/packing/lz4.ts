/*
 * LZ4's block format, with a dictionary in front of the text: sequences of literals and of copies from what came before.
 * No Huffman codes, so it packs a little less than deflate; but it is a loop over bytes, where each call of zlib makes a
 * new object with tables of its own: 5 µs for an uplink against 10 to 20.
 *
 *   sequence   token (literals << 4 | match − 4) | more literal lengths | literals | distance, u16 LE | more match lengths
 *
 * The last sequence has literals only.
 */

const minMatch = 4;
const maxDistance = 0xffff;
/** A block ends in at least so many literals, and no match begins in its last twelve bytes: rules of the format. */
const lastLiterals = 5;
const matchEndMargin = 12;
const hashBits = 12;

/** Where four bytes were last seen, by their hash; positions count from the dictionary's start. */
type Seen = Uint16Array<ArrayBuffer>;

/** Longer texts are not for this: positions have sixteen bits. */
export const maxLz4Bytes = 32 * 1024;

/** Packs with one dictionary. */
export class Lz4 {
  private readonly seenInDictionary: Seen = new Uint16Array(1 << hashBits);
  private readonly seen: Seen = new Uint16Array(1 << hashBits);
  /** The dictionary and behind it the text under work, so that a copy may begin in one and end in the other. */
  private readonly window: Buffer;

  constructor(private readonly dictionary: Buffer) {
    this.window = Buffer.alloc(dictionary.length + maxLz4Bytes);
    dictionary.copy(this.window);
    for (let at = 0; at + minMatch <= dictionary.length; at += 1) {
      this.seenInDictionary[hashOf(this.fourAt(at))] = at;
    }
  }

  /** The packed block behind `head` bytes that are left free; null when it is not shorter than the text. */
  pack(text: Buffer, head: number): Buffer | null {
    if (text.length > maxLz4Bytes) return null;
    const { window, seen } = this;
    const start = this.dictionary.length;
    const end = start + text.length;
    window.set(text, start);
    seen.set(this.seenInDictionary);
    const packed = Buffer.allocUnsafe(head + text.length);
    const lastMatchStart = end - matchEndMargin;
    const lastMatchEnd = end - lastLiterals;
    let to = head;
    let literalsFrom = start;
    let at = start;
    while (at < lastMatchStart) {
      const four = this.fourAt(at);
      const slot = hashOf(four);
      const candidate = seen[slot] ?? 0;
      seen[slot] = at;
      if (candidate >= at || at - candidate > maxDistance || this.fourAt(candidate) !== four) {
        // Where nothing matches for long, steps become longer.
        at += 1 + ((at - literalsFrom) >> 6);
        continue;
      }
      let length = minMatch;
      while (at + length < lastMatchEnd && window[candidate + length] === window[at + length]) length += 1;
      to = this.writeSequence(packed, to, literalsFrom, at, at - candidate, length);
      if (to < 0) return null;
      at += length;
      literalsFrom = at;
      if (at < lastMatchStart) seen[hashOf(this.fourAt(at - 2))] = at - 2;
    }
    to = this.writeSequence(packed, to, literalsFrom, end, 0, 0);
    return to < 0 ? null : packed.subarray(0, to);
  }

  unpack(packed: Buffer, from: number, length: number): Buffer {
    const { dictionary } = this;
    const text = Buffer.allocUnsafe(length);
    let at = from;
    let to = 0;
    const more = (first: number): number => {
      let total = first;
      if (first === 15) {
        let next: number;
        do {
          next = packed.readUInt8(at);
          at += 1;
          total += next;
        } while (next === 255);
      }
      return total;
    };
    for (;;) {
      const token = packed.readUInt8(at);
      at += 1;
      const literals = more(token >> 4);
      packed.copy(text, to, at, at + literals);
      at += literals;
      to += literals;
      if (at >= packed.length) return checked(text, to);
      const distance = packed.readUInt16LE(at);
      at += 2;
      const end = to + more(token & 15) + minMatch;
      // It may overlap what it writes, so it goes byte by byte.
      for (; to < end; to += 1) {
        const source = to - distance;
        text.writeUInt8(source < 0 ? dictionary.readUInt8(dictionary.length + source) : text.readUInt8(source), to);
      }
    }
  }

  /** Answers where the next one begins; −1 when there is no room left. A last sequence has no match. */
  private writeSequence(
    packed: Buffer,
    start: number,
    from: number,
    end: number,
    distance: number,
    length: number,
  ): number {
    const literals = end - from;
    const copied = length - minMatch;
    // The token, both lengths, the literals, the distance: at most so many.
    if (start + literals + literals / 255 + copied / 255 + 6 > packed.length) return -1;
    let to = start + 1;
    packed[start] = (Math.min(literals, 15) << 4) | (length === 0 ? 0 : Math.min(copied, 15));
    if (literals >= 15) to = writeMore(packed, to, literals - 15);
    const { window } = this;
    if (literals > 24) {
      window.copy(packed, to, from, end);
      to += literals;
    } else {
      for (let at = from; at < end; at += 1, to += 1) packed[to] = window[at] ?? 0;
    }
    if (length === 0) return to;
    packed[to] = distance & 0xff;
    packed[to + 1] = distance >> 8;
    to += 2;
    return copied >= 15 ? writeMore(packed, to, copied - 15) : to;
  }

  private fourAt(at: number): number {
    const { window } = this;
    return (
      ((window[at] ?? 0) |
        ((window[at + 1] ?? 0) << 8) |
        ((window[at + 2] ?? 0) << 16) |
        ((window[at + 3] ?? 0) << 24)) >>>
      0
    );
  }
}

function hashOf(four: number): number {
  return Math.imul(four, 0x9e37_79b1) >>> (32 - hashBits);
}

function writeMore(packed: Buffer, start: number, rest: number): number {
  let left = rest;
  let to = start;
  for (; left >= 255; left -= 255, to += 1) packed[to] = 255;
  packed[to] = left;
  return to + 1;
}

function checked(text: Buffer, length: number): Buffer {
  if (length !== text.length) throw new Error('a packed body is not as long as it says');
  return text;
}
