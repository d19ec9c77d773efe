// Uplink: 3 2a6566000f4240 → {"type":"0x2a","at":"2023-11-28T14:58:24.000Z","counter":"1000000"}
// In the way of code that was TypeScript once: an immediately called function, classes, exports behind a guard, BigInt and dates.
'use strict';
var __spread =
  (this && this.__spread) ||
  function () {
    return [].concat.apply([], arguments);
  };
var codec;
(function (codec) {
  class Reader {
    #at = 0;
    constructor(bytes) {
      this.view = new DataView(Uint8Array.from(bytes).buffer);
    }
    uint(size) {
      let value = 0n;
      for (let n = 0; n < size; n++) value = (value << 8n) | BigInt(this.view.getUint8(this.#at++));
      return value;
    }
  }
  codec.decode = ({ bytes, fPort = 0 }) => {
    const reader = new Reader(bytes);
    const type = `0x${reader.uint(1).toString(16)}`;
    const seconds = Number((reader.uint(2) << 16n) | 0x0010n);
    const at = new Date(seconds * 1000).toISOString?.();
    return { type, at, counter: reader.uint(4).toString() };
  };
})(codec || (codec = {}));
if (typeof exports !== 'undefined') exports.codec = codec;
if (typeof module !== 'undefined' && module.exports) module.exports = codec;

function decodeUplink(input) {
  try {
    return { data: codec.decode(input), warnings: __spread() };
  } catch (e) {
    return { errors: [e.message] };
  }
}
