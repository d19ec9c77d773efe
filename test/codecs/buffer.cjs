// Uplink: 8 ff380102030405060708418a0000a5 → {"temperature":-2,"id":"0102030405060708","level":17.25,"flags":{"tamper":true,"low":false},"crc":"a5","sum":36}
// In the way of makers who test in Node: Buffer in all its forms, of before and after `Buffer.from`.
function Decoder(bytes, port) {
  var buf = new Buffer(bytes);
  var id = buf.slice(2, 10);
  var sum = 0;
  for (var pair of id.entries()) sum += pair[1];
  return {
    temperature: buf.readInt16BE(0) / 100,
    id: id.toString('hex'),
    level: buf.readFloatBE(10),
    flags: { tamper: (buf.readUInt8(14) & 0x80) !== 0, low: (buf[14] & 0x02) !== 0 },
    crc: Buffer.from([buf[buf.length - 1]]).toString('hex'),
    sum: Buffer('24', 'hex').readUIntBE(0, 1) === sum ? sum : NaN,
  };
}
