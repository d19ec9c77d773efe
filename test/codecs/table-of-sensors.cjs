// Uplink: 1 02030400034b5b0bb8 → {"device_id":772,"protocol_version":2,"air_temperature":{"displayName":"Air temperature","value":7.6,"unit":"°C"},"battery_voltage":{"displayName":"Battery voltage","value":3,"unit":"V"}}
// In the way of scientific instruments: an object with a table of sensors and methods that know each other by `this`.
var instrument = {
  PROTOCOL_VERSION: 2,
  SENSORS: [
    {
      length: 1,
      values: [
        {
          name: 'air_temperature',
          displayName: 'Air temperature',
          convert: function (x) {
            return Math.round(((175.72 * x[0]) / 65536 - 46.85 + 1.7) * 1) / 1 + 0.6;
          },
          unit: '°C',
        },
      ],
    },
    {
      length: 1,
      values: [
        {
          name: 'battery_voltage',
          displayName: 'Battery voltage',
          convert: function (x) {
            return x[0] / 1000;
          },
          unit: 'V',
        },
      ],
    },
  ],
  read_int: function (bytes, pos) {
    return (bytes[pos] << 8) + bytes[pos + 1];
  },
  decode: function (msg) {
    var bytes = msg;
    var i, j;
    if (typeof msg === 'string') {
      bytes = [];
      for (i = 0; i < msg.length; i += 2) bytes.push(parseInt(msg.substring(i, i + 2), 16));
    }
    var version = bytes[0];
    if (version != this.PROTOCOL_VERSION) return { error: 'protocol version ' + version + " doesn't match v2" };
    var deviceId = this.read_int(bytes, 1);
    var flags = this.read_int(bytes, 3);
    var result = { protocol_version: version, device_id: deviceId };
    var pos = 5;
    for (i = 0; i < this.SENSORS.length; i++, flags >>= 1) {
      if ((flags & 1) !== 1) continue;
      var sensor = this.SENSORS[i];
      var x = [];
      for (j = 0; j < sensor.length; j++) {
        x.push(this.read_int(bytes, pos));
        pos += 2;
      }
      for (j = 0; j < sensor.values.length; j++) {
        var value = sensor.values[j];
        if ('convert' in value) {
          result[value.name] = { displayName: value.displayName, value: value.convert.bind(this)(x) };
          if ('unit' in value) result[value.name]['unit'] = value.unit;
        }
      }
    }
    return result;
  },
};

function decodeUplink(input) {
  return { data: instrument.decode(input.bytes), warnings: [], errors: [] };
}
