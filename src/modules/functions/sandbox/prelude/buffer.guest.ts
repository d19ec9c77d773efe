/** A `Buffer` good enough for vendor decoders: making, reading, writing and showing bytes. Runs after the text codecs. */
export function installBuffer(): void {
  const utf8Encoder = new TextEncoder();
  const utf8Decoder = new TextDecoder();
  const { fromCharCode } = String;
  const plainBytes = Uint8Array as new (
    source: ArrayLike<number> | ArrayBuffer | number,
    offset?: number,
    length?: number,
  ) => Uint8Array<ArrayBuffer>;

  function charCodes(text: string): number[] {
    const codes: number[] = [];
    for (let at = 0; at < text.length; at++) codes.push(text.charCodeAt(at) & 255);
    return codes;
  }

  function hexCodes(text: string): number[] {
    const codes: number[] = [];
    for (let at = 0; at + 1 < text.length; at += 2) {
      const pair = text.slice(at, at + 2);
      // As in Node, the first thing that is not hexadecimal ends the reading.
      if (!/^[0-9a-fA-F]{2}$/.test(pair)) break;
      codes.push(parseInt(pair, 16));
    }
    return codes;
  }

  function base64Codes(text: string): number[] {
    const clean = text
      .replace(/-/g, '+')
      .replace(/_/g, '/')
      .replace(/[^A-Za-z0-9+/]/g, '');
    return charCodes(atob(clean.length % 4 === 1 ? clean.slice(0, -1) : clean));
  }

  function encode(text: string, encoding: unknown): ArrayLike<number> {
    switch (normal(encoding)) {
      case 'hex':
        return hexCodes(text);
      case 'base64':
      case 'base64url':
        return base64Codes(text);
      case 'ascii':
      case 'latin1':
      case 'binary':
        return charCodes(text);
      default:
        return utf8Encoder.encode(text);
    }
  }

  function decode(bytes: Uint8Array, encoding: unknown): string {
    const name = normal(encoding);
    if (name === 'utf8') return utf8Decoder.decode(bytes);
    let text = '';
    for (const byte of bytes) {
      if (name === 'hex') text += (byte < 16 ? '0' : '') + byte.toString(16);
      else text += fromCharCode(name === 'ascii' ? byte & 127 : byte);
    }
    if (name === 'base64') return btoa(text);
    return name === 'base64url' ? btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : text;
  }

  function normal(encoding: unknown): string {
    const name = (typeof encoding === 'string' ? encoding : 'utf8').toLowerCase();
    if (name === 'utf-8') return 'utf8';
    if (['utf8', 'hex', 'base64', 'base64url', 'ascii', 'latin1', 'binary'].includes(name)) return name;
    throw new TypeError(`Unknown encoding: ${name}`);
  }

  class GuestBuffer extends plainBytes {
    static from(source: unknown, encodingOrOffset?: unknown, length?: number): GuestBuffer {
      if (typeof source === 'string') return new GuestBuffer(encode(source, encodingOrOffset));
      if (source instanceof ArrayBuffer) {
        const offset = typeof encodingOrOffset === 'number' ? encodingOrOffset : 0;
        return new GuestBuffer(source, offset, length ?? source.byteLength - offset);
      }
      if (typeof source !== 'object' || source === null)
        throw new TypeError('Buffer.from needs a string, an array or a buffer');
      const { data } = source as { data?: unknown };
      return new GuestBuffer(Array.isArray(data) ? (data as number[]) : (source as ArrayLike<number>));
    }

    static alloc(size: number, fill?: number): GuestBuffer {
      const made = new GuestBuffer(size);
      if (fill !== undefined) made.fill(fill);
      return made;
    }

    static allocUnsafe(size: number): GuestBuffer {
      return new GuestBuffer(size);
    }

    static isBuffer(value: unknown): boolean {
      return value instanceof GuestBuffer;
    }

    static byteLength(text: string, encoding?: unknown): number {
      return encode(text, encoding).length;
    }

    static concat(parts: readonly Uint8Array[], total?: number): GuestBuffer {
      const made = new GuestBuffer(total ?? parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        made.set(part.subarray(0, Math.max(0, made.length - at)), at);
        at += part.length;
      }
      return made;
    }

    override toString(encoding?: unknown, start = 0, end = this.length): string {
      return decode(this.subarray(start, end), encoding);
    }

    toJSON(): { type: string; data: number[] } {
      return { type: 'Buffer', data: [...this] };
    }

    equals(other: Uint8Array): boolean {
      return this.length === other.length && this.every((byte, at) => byte === other[at]);
    }

    write(text: string, at = 0, encoding?: unknown): number {
      const bytes = new plainBytes(encode(text, encoding)).subarray(0, this.length - at);
      this.set(bytes, at);
      return bytes.length;
    }

    copy(target: Uint8Array, at = 0, start = 0, end = this.length): number {
      const part = super.subarray(start, end).subarray(0, target.length - at);
      target.set(part, at);
      return part.length;
    }

    readUIntBE(at: number, size: number): number {
      let value = 0;
      for (let next = 0; next < size; next++) value = value * 256 + (this[inside(this, at, size) + next] ?? 0);
      return value;
    }

    readUIntLE(at: number, size: number): number {
      let value = 0;
      for (let next = size - 1; next >= 0; next--) value = value * 256 + (this[inside(this, at, size) + next] ?? 0);
      return value;
    }

    readIntBE(at: number, size: number): number {
      return signed(this.readUIntBE(at, size), size);
    }

    readIntLE(at: number, size: number): number {
      return signed(this.readUIntLE(at, size), size);
    }

    writeUIntBE(value: number, at: number, size: number): number {
      inside(this, at, size);
      for (let next = 0; next < size; next++) this[at + size - 1 - next] = Math.floor(value / 256 ** next);
      return at + size;
    }

    writeUIntLE(value: number, at: number, size: number): number {
      inside(this, at, size);
      for (let next = 0; next < size; next++) this[at + next] = Math.floor(value / 256 ** next);
      return at + size;
    }

    swap16(): this {
      for (let at = 0; at + 1 < this.length; at += 2) this.subarray(at, at + 2).reverse();
      return this;
    }

    static compare(one: Uint8Array, other: Uint8Array): number {
      const length = Math.min(one.length, other.length);
      for (let at = 0; at < length; at++) {
        const difference = (one[at] ?? 0) - (other[at] ?? 0);
        if (difference !== 0) return difference < 0 ? -1 : 1;
      }
      return Math.sign(one.length - other.length);
    }
  }

  /** `new Buffer(…)`, and without `new`, as it was written before `Buffer.from` came. */
  function OldBuffer(source: unknown, encodingOrOffset?: unknown, length?: number): GuestBuffer {
    return typeof source === 'number' ? GuestBuffer.alloc(source) : GuestBuffer.from(source, encodingOrOffset, length);
  }

  function signed(value: number, size: number): number {
    const range = 256 ** size;
    return value >= range / 2 ? value - range : value;
  }

  function inside(bytes: Uint8Array, at: number, size: number): number {
    if (at < 0 || at + size > bytes.length) {
      throw new RangeError(
        `The offset ${at} is out of range: the buffer has ${bytes.length} bytes and ${size} are read`,
      );
    }
    return at;
  }

  // readInt16BE, readUInt16BE with its lower-case twin readUint16BE, writeInt16BE … for each width, through a DataView.
  const widths = [
    ['Int8', 'Int8', 1],
    ['UInt8', 'Uint8', 1],
    ['Int16', 'Int16', 2],
    ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4],
    ['UInt32', 'Uint32', 4],
    ['Float', 'Float32', 4],
    ['Double', 'Float64', 8],
    ['BigInt64', 'BigInt64', 8],
    ['BigUInt64', 'BigUint64', 8],
  ] as const;

  function addMethod(name: string, value: unknown): void {
    const both = [name, name.replace('UInt', 'Uint')];
    for (const key of both)
      Object.defineProperty(GuestBuffer.prototype, key, { value, writable: true, configurable: true });
  }

  function addPair(name: string, kind: (typeof widths)[number][1], size: number, ending: 'LE' | 'BE' | ''): void {
    const isLittle = ending === 'LE';
    addMethod(`read${name}${ending}`, function read(this: GuestBuffer, at = 0): number | bigint {
      return new DataView(this.buffer, this.byteOffset, this.byteLength)[`get${kind}`](
        inside(this, at, size),
        isLittle,
      );
    });
    addMethod(`write${name}${ending}`, function write(this: GuestBuffer, value: never, at = 0): number {
      new DataView(this.buffer, this.byteOffset, this.byteLength)[`set${kind}`](
        inside(this, at, size),
        value,
        isLittle,
      );
      return at + size;
    });
  }

  // Node's slice shares the memory, unlike that of a typed array.
  addMethod('slice', function slice(this: GuestBuffer, start?: number, end?: number): Uint8Array {
    return this.subarray(start, end);
  });
  for (const [name, kind, size] of widths) {
    for (const ending of size === 1 ? (['', 'BE', 'LE'] as const) : (['BE', 'LE'] as const))
      addPair(name, kind, size, ending);
  }
  for (const ending of ['BE', 'LE'] as const) {
    addMethod(`readUInt${ending}`, Reflect.get(GuestBuffer.prototype, `readUInt${ending}`));
    addMethod(`writeUInt${ending}`, Reflect.get(GuestBuffer.prototype, `writeUInt${ending}`));
    // Two's complement: what is below zero is written as it is read.
    addMethod(`writeInt${ending}`, Reflect.get(GuestBuffer.prototype, `writeUInt${ending}`));
  }
  for (const made of [GuestBuffer, OldBuffer]) Object.defineProperty(made, 'name', { value: 'Buffer' });
  Object.defineProperty(OldBuffer, 'prototype', { value: GuestBuffer.prototype });
  Object.setPrototypeOf(OldBuffer, GuestBuffer);
  Object.defineProperty(globalThis, 'Buffer', {
    value: OldBuffer,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
