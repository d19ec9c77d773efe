// Uplink: 2 0110b068000002106b41000003000064 → {"valid":true,"messages":[{"measurementId":4097,"value":26.8},{"measurementId":4098,"value":16.747}],"battery":100}
// In the way of agricultural nodes: the frame as hexadecimal text, cut into pieces, bytes in reverse; with all the other functions.
function decodeUplink(input) {
  var bytes = bytes2HexString(input.bytes).toLocaleUpperCase();
  var result = { valid: true, messages: [] };
  var ids = { '0110': 4097, '0210': 4098 };
  while (bytes.length >= 12) {
    var piece = bytes.substr(0, 12);
    bytes = bytes.substr(12);
    var raw = parseInt(littleEndianTransform(piece.slice(4)).join(''), 16);
    result.messages.push({ measurementId: ids[piece.slice(0, 4)], value: raw / 1000 });
  }
  if (bytes.startsWith('03')) result.battery = parseInt(bytes.slice(2), 16);
  return { data: result };
}

function bytes2HexString(arrBytes) {
  var str = '';
  for (var i = 0; i < arrBytes.length; i++) {
    var tmp = arrBytes[i].toString(16);
    if (tmp.length === 1) tmp = '0' + tmp;
    str += tmp;
  }
  return str;
}

function littleEndianTransform(data) {
  var dataArray = [];
  for (var i = 0; i < data.length; i += 2) dataArray.push(data.substring(i, i + 2));
  dataArray.reverse();
  return dataArray;
}

function encodeDownlink(input) {
  return { bytes: [input.data.interval & 0xff], fPort: 2, warnings: [], errors: [] };
}

function decodeDownlink(input) {
  return { data: { interval: input.bytes[0] } };
}
