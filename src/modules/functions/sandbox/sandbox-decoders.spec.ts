import { afterAll, describe, expect, it } from '@jest/globals';
import { SandboxLab } from './testing/sandbox-lab.js';

const lab = new SandboxLab();
afterAll(async () => lab.close());

/** What a codec makes of these bytes. */
async function decode(code: string, hex: string, fPort: number): Promise<unknown> {
  const inputJson = JSON.stringify({ event: 'up', payload: Buffer.from(hex, 'hex').toString('base64'), f_port: fPort });
  const envelope = (await lab.answer(code, { mode: 'codec', inputJson })) as { data: unknown };
  return envelope.data;
}

describe('Codecs as vendors write them', () => {
  it('a switch over channels and types, with helpers behind it', async () => {
    const code = `
      function Decode(fPort, bytes, variables) { return milestone(bytes) }
      function milestone(bytes) {
        var decoded = {};
        for (var i = 0; i < bytes.length; ) {
          var channel_id = bytes[i++];
          var channel_type = bytes[i++];
          switch (true) {
            case channel_id === 0x01 && channel_type === 0x75: decoded.battery = bytes[i]; i += 1; break;
            case channel_id === 0x03 && channel_type === 0x67: decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10; i += 2; break;
            case channel_id === 0x04 && channel_type === 0x68: decoded.humidity = bytes[i] / 2; i += 1; break;
            default: i = bytes.length;
          }
        }
        return decoded;
      }
      function readUInt16LE(bytes) { var value = (bytes[1] << 8) + bytes[0]; return value & 0xffff }
      function readInt16LE(bytes) { var ref = readUInt16LE(bytes); return ref > 0x7fff ? ref - 0x10000 : ref }`;
    expect(await decode(code, '01755c0367f6ff046871', 85)).toEqual({ battery: 92, temperature: -1, humidity: 56.5 });
  });

  it('a decodeUplink that wraps an old Decode, with a table of ports and typed arrays', async () => {
    const code = `
      'use strict';
      const PORTS = { 2: decodeStatus, 10: decodeMeasurement };
      function decodeUplink(input) {
        const decode = PORTS[input.fPort];
        if (!decode) return { errors: ['unknown FPort ' + input.fPort] };
        return { data: decode(Uint8Array.from(input.bytes)), warnings: [] };
      }
      function decodeStatus(bytes) { return { version: Array.from(bytes).join('.') } }
      function decodeMeasurement(bytes) {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        return { co2: view.getUint16(0), voltage: Math.round(view.getFloat32(2, true) * 100) / 100, flags: bytes[6].toString(2).padStart(8, '0') };
      }
      module_exports_are_not_needed: { }`;
    expect(await decode(code, '010203', 2)).toEqual({ version: '1.2.3' });
    expect(await decode(code, '01f400006040a5', 10)).toEqual({ co2: 500, voltage: 3.5, flags: '10100101' });
    await expect(decode(code, '00', 77)).rejects.toThrow('codec.errors: unknown FPort 77');
  });

  it('one that reads a Buffer', async () => {
    const code = `
      function Decoder(bytes, port) {
        var b = Buffer.from(bytes);
        if (!Buffer.isBuffer(b)) throw new Error('no buffer');
        return {
          port: port, length: b.length, hex: b.toString('hex').toUpperCase(), tail: b.slice(-2).toString('base64'),
          i8: b.readInt8(0), u16: b.readUInt16BE(0), i16: b.readInt16LE(2), u32: b.readUint32LE(0), float: b.readFloatBE(4), odd: b.readUIntBE(1, 3),
          joined: Buffer.concat([b.subarray(0, 1), Buffer.from('ff', 'hex'), Buffer.alloc(1)]).toJSON().data,
          text: Buffer.from('aGkg4oKs', 'base64').toString() + Buffer.from('é', 'latin1').toString('hex'),
        };
      }`;
    expect(await decode(code, 'ff02fffe40490fdb', 3)).toEqual({
      port: 3,
      length: 8,
      hex: 'FF02FFFE40490FDB',
      tail: 'D9s=',
      i8: -1,
      u16: 0xff02,
      i16: -257,
      u32: 0xfeff02ff,
      float: Math.fround(Math.PI),
      odd: 0x02fffe,
      joined: [255, 255, 0],
      text: 'hi €e9',
    });
  });

  it('one that makes a Buffer as it was made before there was Buffer.from', async () => {
    const code = `
      function Decoder(bytes, port) {
        var b = new Buffer(bytes), text = Buffer('616263', 'hex');
        var w = new Buffer(6);
        w.writeIntBE(-2, 0, 3); w.writeUIntLE(0x010203, 3, 3);
        return {
          is: Buffer.isBuffer(b) && b instanceof Buffer && b.slice(1) instanceof Buffer && w.subarray(1) instanceof Uint8Array,
          text: text.toString('ascii'), written: w.toString('hex'), read: w.readIntBE(0, 3), twin: b.readUintBE(0, 2),
          order: [Buffer.compare(b, text), Buffer.compare(b, Buffer.from(b))], swapped: b.swap16().toString('hex'), name: b.constructor.name,
        };
      }`;
    expect(await decode(code, '01020304', 1)).toEqual({
      is: true,
      text: 'abc',
      written: 'fffffe030201',
      read: -2,
      twin: 258,
      order: [-1, 0],
      swapped: '02010403',
      name: 'Buffer',
    });
  });

  it('one that brings polyfills for what it thinks is missing, and changes what is there', async () => {
    const code = `
      Object.assign = function (target) {
        for (var n = 1; n < arguments.length; n++) for (var key in arguments[n]) target[key] = arguments[n][key];
        return target;
      };
      if (!Array.prototype.last) Array.prototype.last = function () { return this[this.length - 1] };
      String.prototype.padStart = function (length, fill) { var s = String(this); while (s.length < length) s = fill + s; return s };
      Number.prototype.toHex = function () { return this.toString(16).padStart(2, '0') };
      function decodeUplink(input) {
        return { data: Object.assign({}, { last: input.bytes.last() }, { hex: input.bytes.map(function (b) { return b.toHex() }).join('') }) };
      }`;
    for (let n = 0; n < 3; n++) expect(await decode(code, '0a0b0c', 1)).toEqual({ last: 12, hex: '0a0b0c' });
  });

  it('one with modern syntax, that is written as a value', async () => {
    const code = `
      const fields = [['temperature', (v) => v.getInt16(0) / 100], ['pressure', (v) => v.getUint32(2) / 1_000]];
      const decodeUplink = ({ bytes, recvTime }) => {
        const view = new DataView(new Uint8Array(bytes).buffer);
        const data = Object.fromEntries(fields.map(([name, read]) => [name, read(view)]));
        data.at ??= recvTime?.toISOString?.() ?? null;
        return { data: { ...data, tags: fields.toReversed().at(0)?.[0], id: 0x1fn.toString() } };
      };`;
    const inputJson = JSON.stringify({
      payload: Buffer.from('09c400018aab', 'hex').toString('base64'),
      received_at: '2026-01-01T00:00:00Z',
    });
    expect(await lab.answer(code, { inputJson })).toMatchObject({
      data: { temperature: 25, pressure: 101.035, at: '2026-01-01T00:00:00.000Z', tags: 'pressure', id: '31' },
    });
  });

  it('one that reads text with a TextDecoder and numbers with atob', async () => {
    const code =
      'function decodeUplink({ bytes }) { const text = new TextDecoder("utf-8").decode(new Uint8Array(bytes)); return { data: { text, length: atob(btoa("abc")).length, back: [...new TextEncoder().encode(text)].length } } }';
    expect(await decode(code, Buffer.from('21.5 °C €').toString('hex'), 1)).toEqual({
      text: '21.5 °C €',
      length: 3,
      back: 12,
    });
  });
});
