// Uplink: 5 0100e2021d0401a60500070e440b000000fa1901c2ffff3d01 → {"temperature":22.6,"humidity":29,"light":422,"motion":0,"vdd":3652,"pulse1Abs":250,"externalTemperature2":[45,-0.1],"debug":1}
// In the way of modular sensors: constants of types, a big switch, a value that becomes a list when it comes twice.
const TYPE_TEMP = 0x01;
const TYPE_RH = 0x02;
const TYPE_LIGHT = 0x04;
const TYPE_MOTION = 0x05;
const TYPE_VDD = 0x07;
const TYPE_PULSE1_ABS = 0x0b;
const TYPE_EXT_TEMP2 = 0x19;
const TYPE_DEBUG = 0x3d;

function bin16dec(bin) {
  let num = bin & 0xffff;
  if (0x8000 & num) num = -(0x010000 - num);
  return num;
}
function bin8dec(bin) {
  let num = bin & 0xff;
  if (0x80 & num) num = -(0x0100 - num);
  return num;
}

function DecodePayload(data) {
  const obj = new Object();
  for (let i = 0; i < data.length; i++) {
    switch (data[i]) {
      case TYPE_TEMP: {
        obj.temperature = bin16dec((data[i + 1] << 8) | data[i + 2]) / 10;
        i += 2;
        break;
      }
      case TYPE_RH:
        obj.humidity = bin8dec(data[i + 1]);
        i += 1;
        break;
      case TYPE_LIGHT:
        obj.light = (data[i + 1] << 8) | data[i + 2];
        i += 2;
        break;
      case TYPE_MOTION:
        obj.motion = data[i + 1];
        i += 1;
        break;
      case TYPE_VDD:
        obj.vdd = (data[i + 1] << 8) | data[i + 2];
        i += 2;
        break;
      case TYPE_PULSE1_ABS:
        obj.pulse1Abs = (data[i + 1] << 24) | (data[i + 2] << 16) | (data[i + 3] << 8) | data[i + 4];
        i += 4;
        break;
      case TYPE_EXT_TEMP2: {
        const temp = bin16dec((data[i + 1] << 8) | data[i + 2]) / 10;
        if (typeof obj.externalTemperature2 === 'number') obj.externalTemperature2 = [obj.externalTemperature2];
        if (typeof obj.externalTemperature2 === 'object') obj.externalTemperature2.push(temp);
        else obj.externalTemperature2 = temp;
        // The next one has no type of its own.
        if (data[i + 3] === 0xff) {
          obj.externalTemperature2 = [obj.externalTemperature2, bin16dec((data[i + 3] << 8) | data[i + 4]) / 10];
          i += 2;
        }
        i += 2;
        break;
      }
      case TYPE_DEBUG:
        obj.debug = data[i + 1];
        i += 1;
        break;
      default:
        i = data.length;
        break;
    }
  }
  return obj;
}

function decodeUplink(input) {
  return { data: DecodePayload(input.bytes) };
}
