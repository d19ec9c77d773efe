// Uplink: 6 016f0124000b54012c → {"Device":"R718X","Volt":3.6,"LowBattery":"No","Level":29,"Range":"0-300"}
// In the way of switches and meters: Decode(fPort, bytes) of ChirpStack v3, a list of products, what is padded by hand.
function getDeviceName(dev) {
  var deviceName = { 1: 'R711', 111: 'R718X', 128: 'RB11E' };
  return deviceName[dev];
}

function padLeft(str, len) {
  str = '' + str;
  if (str.length >= len) return str;
  return padLeft('0' + str, len);
}

function Decode(fPort, bytes) {
  var data = {};
  switch (fPort) {
    case 6:
      if (bytes[2] === 0x00) {
        data.Device = getDeviceName(bytes[1]);
        data.SWver = bytes[3] / 10;
        data.Datecode = padLeft(bytes[5].toString(16), 2);
        return data;
      }
      data.Device = getDeviceName(bytes[1]);
      if (bytes[3] & 0x80) {
        data.Volt = (bytes[3] & 0x7f) / 10;
        data.LowBattery = 'Yes';
      } else {
        data.Volt = bytes[3] / 10;
        data.LowBattery = 'No';
      }
      data.Level = ((bytes[4] << 8) | bytes[5]) + 18;
      data.Range = '0-' + String((bytes[7] << 8) | bytes[8]);
      break;
    case 7:
      data.Cmd = bytes[0];
      break;
    default:
      return { errors: ['unknown FPort'] };
  }
  return data;
}
