// Uplink: 85 01755c0367f6ff0468710500010b00 → {"battery":92,"temperature":-1,"humidity":56.5,"door":"open"}
// In the way of indoor sensors: a channel and a type before each value, Decode of ChirpStack v3 beside decodeUplink of v4.
var door_states = ['closed', 'open'];

function decodeUplink(input) {
  var decoded = roomDecode(input.bytes);
  return { data: decoded };
}

function Decode(fPort, bytes) {
  return roomDecode(bytes);
}

function Decoder(bytes, port) {
  return roomDecode(bytes);
}

function roomDecode(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length;) {
    var channel_id = bytes[i++];
    var channel_type = bytes[i++];
    if (channel_id === 0x01 && channel_type === 0x75) {
      decoded.battery = readUInt8(bytes[i]);
      i += 1;
    } else if (channel_id === 0x03 && channel_type === 0x67) {
      decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10;
      i += 2;
    } else if (channel_id === 0x04 && channel_type === 0x68) {
      decoded.humidity = readUInt8(bytes[i]) / 2;
      i += 1;
    } else if (channel_id === 0x05 && channel_type === 0x00) {
      decoded.door = door_states[readUInt8(bytes[i])] || 'unknown';
      i += 1;
    } else {
      break;
    }
  }
  return decoded;
}

function readUInt8(byte) {
  return byte & 0xff;
}

function readUInt16LE(bytes) {
  var value = (bytes[1] << 8) + bytes[0];
  return value & 0xffff;
}

function readInt16LE(bytes) {
  var ref = readUInt16LE(bytes);
  return ref > 0x7fff ? ref - 0x10000 : ref;
}
