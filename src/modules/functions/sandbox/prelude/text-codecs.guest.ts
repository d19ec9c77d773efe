/** TextEncoder and TextDecoder for UTF-8, Latin-1 and ASCII, which the engine lacks. */
export function installTextCodecs(): void {
  const replacement = 0xfffd;

  function pushUtf8(out: number[], point: number): void {
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else out.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }

  function encode(text: string): number[] {
    const out: number[] = [];
    for (const character of text.toWellFormed()) pushUtf8(out, character.codePointAt(0) ?? replacement);
    return out;
  }

  /** How many bytes follow a leading byte, and -1 for one that cannot lead. */
  function followers(lead: number): number {
    if (lead < 0x80) return 0;
    if (lead >= 0xc2 && lead < 0xe0) return 1;
    if (lead >= 0xe0 && lead < 0xf0) return 2;
    return lead >= 0xf0 && lead < 0xf5 ? 3 : -1;
  }

  function decode(bytes: Uint8Array, fatal: boolean): string {
    let text = '';
    for (let at = 0; at < bytes.length; at++) {
      const lead = bytes[at] ?? 0;
      const count = followers(lead);
      let point = count <= 0 ? lead : lead & (0x3f >> count);
      let taken = 0;
      while (taken < count && ((bytes[at + taken + 1] ?? 0) & 0xc0) === 0x80)
        point = (point << 6) | ((bytes[at + ++taken] ?? 0) & 63);
      const shortest = count === 2 ? 0x800 : count === 3 ? 0x10000 : 0;
      const isValid =
        count >= 0 && taken === count && point >= shortest && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
      if (!isValid && fatal) throw new TypeError('the bytes are not UTF-8');
      text += isValid ? String.fromCodePoint(point) : '\uFFFD';
      at += isValid ? count : taken;
    }
    return text;
  }

  function viewOf(source: unknown): Uint8Array {
    if (source === undefined) return new Uint8Array(0);
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    throw new TypeError('a buffer or a view of one is needed');
  }

  class GuestTextEncoder {
    readonly encoding = 'utf-8';

    encode(text: unknown = ''): Uint8Array {
      return new Uint8Array(encode(String(text)));
    }
  }

  class GuestTextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;

    constructor(label: unknown = 'utf-8', options: { fatal?: boolean } = {}) {
      const name = String(label).toLowerCase();
      const isUtf8 = name === 'utf-8' || name === 'utf8';
      if (
        !isUtf8 &&
        name !== 'ascii' &&
        name !== 'us-ascii' &&
        name !== 'latin1' &&
        name !== 'iso-8859-1' &&
        name !== 'windows-1252'
      ) {
        throw new RangeError(`the encoding ${name} is not known here`);
      }
      this.encoding = isUtf8 ? 'utf-8' : 'windows-1252';
      this.fatal = options.fatal === true;
    }

    decode(source?: unknown): string {
      const bytes = viewOf(source);
      if (this.encoding === 'utf-8') return decode(bytes, this.fatal).replace(/^\uFEFF/, '');
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return text;
    }
  }

  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  };
  Object.defineProperty(GuestTextEncoder, 'name', { value: 'TextEncoder' });
  Object.defineProperty(GuestTextDecoder, 'name', { value: 'TextDecoder' });
  define('TextEncoder', GuestTextEncoder);
  define('TextDecoder', GuestTextDecoder);
}
