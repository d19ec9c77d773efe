// Uplink: 2 cbf60b0d0376010add7fff → {"BatV":3.062,"Bat_status":3,"TempC_SHT":"28.29","Hum_SHT":"88.6","TempC_DS":"27.81","Ext_sensor":"Temperature Sensor","Work_mode":"DS18B20"}
// In the way of older dev kits: Decoder(bytes, port), bits by hand, numbers as text, variables that nobody declared.
function Decoder(bytes, port) {
  if (port != 2) return { port: port };
  decode = {};
  value = ((bytes[0] << 8) | bytes[1]) & 0x3fff;
  decode.BatV = value / 1000;
  decode.Bat_status = bytes[0] >> 6;
  decode.TempC_SHT = parseFloat((((bytes[2] << 24) >> 16) | bytes[3]) / 100).toFixed(2);
  decode.Hum_SHT = parseFloat((((bytes[4] << 8) | bytes[5]) & 0xfff) / 10).toFixed(1);
  if ((bytes[6] & 0x7f) == 1) {
    decode.TempC_DS = parseFloat((((bytes[7] << 24) >> 16) | bytes[8]) / 100).toFixed(2);
    decode.Ext_sensor = 'Temperature Sensor';
  }
  decode.Work_mode = bytes[6] & 0x01 ? 'DS18B20' : undefined;
  return decode;
}
