import { createRequire } from 'node:module';

/*
 * The same events twice: by ChirpStack's own classes as protobuf, and as the JSON that ChirpStack posts. Its package is
 * CommonJS without usable types, so it is spoken to as what it is: objects with setters.
 */

type Setters = any;
const load = (path: string): Setters => createRequire(import.meta.url)(path);
const integration = load('@chirpstack/chirpstack-api/integration/integration_pb.js');
const gw = load('@chirpstack/chirpstack-api/gw/gw_pb.js');
const common = load('@chirpstack/chirpstack-api/common/common_pb.js');
const { Timestamp } = load('google-protobuf/google/protobuf/timestamp_pb.js');
const { Duration } = load('google-protobuf/google/protobuf/duration_pb.js');
const { Struct } = load('google-protobuf/google/protobuf/struct_pb.js');

/** `set(new X(), { TenantId: 'a' })` calls `setTenantId('a')`. */
function set(message: Setters, fields: Record<string, unknown>): Setters {
  for (const [name, value] of Object.entries(fields)) message[`set${name}`](value);
  return message;
}

const seconds = Date.UTC(2026, 10, 20, 10) / 1_000;
const time = (nanos = 123_456_789): Setters => set(new Timestamp(), { Seconds: seconds, Nanos: nanos });
const duration = (whole: number, nanos: number): Setters => set(new Duration(), { Seconds: whole, Nanos: nanos });

const timeJson = '2026-11-20T10:00:00.123456789+00:00';
const deduplicationId = '3ac7e3c4-4401-4b8d-9386-a5c902f9202d';

function deviceInfo(devEui: string): Setters {
  const info = set(new integration.DeviceInfo(), {
    TenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
    TenantName: 'ChirpStack',
    DeviceName: 'room-12 °',
    DevEui: devEui,
    DeviceClassEnabled: common.DeviceClass.CLASS_C,
  });
  info.getTagsMap().set('building', 'A');
  return info;
}
const deviceInfoJson = (devEui: string) => ({
  tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
  tenantName: 'ChirpStack',
  applicationId: '',
  applicationName: '',
  deviceProfileId: '',
  deviceProfileName: '',
  deviceName: 'room-12 °',
  devEui,
  tags: { building: 'A' },
  deviceClassEnabled: 'CLASS_C',
});

const object = {
  temperature: 27.2,
  door: false,
  name: 'north',
  nothing: null,
  probes: [1, { depth: -0.5 }, []],
  empty: {},
};

function uplink(devEui: string) {
  const rxInfo = set(new gw.UplinkRxInfo(), {
    GatewayId: '0016c001f153a14c',
    UplinkId: 4_217_106_255,
    GwTime: time(123_000_000),
    TimeSinceGpsEpoch: duration(1_400_000_000, 500_000_000),
    Rssi: -36,
    Snr: 10.3,
    Location: set(new common.Location(), { Latitude: 52.3731, Longitude: 4.8922, Source: common.LocationSource.GPS }),
    Context: Buffer.from([0x13, 0x73, 0x96, 0x39]),
    CrcStatus: gw.CRCStatus.CRC_OK,
  });
  rxInfo.getMetadataMap().set('region_common_name', 'EU868');
  const lora = set(new gw.LoraModulationInfo(), {
    Bandwidth: 125_000,
    SpreadingFactor: 7,
    CodeRate: gw.CodeRate.CR_4_5,
  });
  const message = set(new integration.UplinkEvent(), {
    DeduplicationId: deduplicationId,
    Time: time(),
    DeviceInfo: deviceInfo(devEui),
    DevAddr: '00189440',
    Dr: 5,
    FCnt: 4_294_967_295,
    FPort: 85,
    Data: Buffer.from('A2cQAQRoUA==', 'base64'),
    Object: Struct.fromJavaScript(object),
    RxInfoList: [rxInfo],
    TxInfo: set(new gw.UplinkTxInfo(), {
      Frequency: 868_100_000,
      Modulation: set(new gw.Modulation(), { Lora: lora }),
    }),
    RegionConfigId: 'eu868',
  });
  const json = {
    deduplicationId,
    time: timeJson,
    deviceInfo: deviceInfoJson(devEui),
    devAddr: '00189440',
    adr: false,
    dr: 5,
    fCnt: 4_294_967_295,
    fPort: 85,
    confirmed: false,
    data: 'A2cQAQRoUA==',
    object,
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: 4_217_106_255,
        gwTime: '2026-11-20T10:00:00.123+00:00',
        timeSinceGpsEpoch: '1400000000.500s',
        rssi: -36,
        snr: 10.3,
        location: { latitude: 52.3731, longitude: 4.8922, source: 'GPS' },
        context: 'E3OWOQ==',
        metadata: { region_common_name: 'EU868' },
        crcStatus: 'CRC_OK',
      },
    ],
    txInfo: {
      frequency: 868_100_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
    regionConfigId: 'eu868',
  };
  return { name: 'up', message, json };
}

function log(devEui: string) {
  const message = set(new integration.LogEvent(), {
    Time: time(0),
    DeviceInfo: deviceInfo(devEui),
    Level: integration.LogLevel.ERROR,
    Code: integration.LogCode.UPLINK_F_CNT_RETRANSMISSION,
    Description: 'seen before',
  });
  message.getContextMap().set('deduplication_id', deduplicationId);
  const json = {
    time: '2026-11-20T10:00:00+00:00',
    deviceInfo: deviceInfoJson(devEui),
    level: 'ERROR',
    code: 'UPLINK_F_CNT_RETRANSMISSION',
    description: 'seen before',
    context: { deduplication_id: deduplicationId },
  };
  return { name: 'log', message, json };
}

function txAck(devEui: string) {
  const delay = set(new gw.Timing(), { Delay: set(new gw.DelayTimingInfo(), { Delay: duration(1, 0) }) });
  const message = set(new integration.TxAckEvent(), {
    DownlinkId: 4_000_000_000,
    Time: time(),
    DeviceInfo: deviceInfo(devEui),
    QueueItemId: 'q',
    FCntDown: 3,
    GatewayId: '0016c001f153a14c',
    TxInfo: set(new gw.DownlinkTxInfo(), { Frequency: 869_525_000, Power: -1, Timing: delay }),
  });
  const json = {
    downlinkId: 4_000_000_000,
    time: timeJson,
    deviceInfo: deviceInfoJson(devEui),
    queueItemId: 'q',
    fCntDown: 3,
    gatewayId: '0016c001f153a14c',
    txInfo: { frequency: 869_525_000, power: -1, timing: { delay: { delay: '1s' } } },
  };
  return { name: 'txack', message, json };
}

/** The events that begin alike and hold little more. */
function plainEvents(devEui: string) {
  const begun = (message: Setters, more: Record<string, unknown>): Setters =>
    set(message, { DeduplicationId: deduplicationId, Time: time(), DeviceInfo: deviceInfo(devEui), ...more });
  const json = { deduplicationId, time: timeJson, deviceInfo: deviceInfoJson(devEui) };
  const relay = { DevEui: '0102030405060708', Frequency: 868_100_000, Snr: -3, Rssi: -100 };
  return [
    {
      name: 'join',
      message: begun(new integration.JoinEvent(), {
        DevAddr: '00189440',
        RelayRxInfo: set(new integration.UplinkRelayRxInfo(), relay),
        JoinServerContext: set(new common.JoinServerContext(), { SessionKeyId: 'k' }),
        RegionConfigId: 'eu868',
      }),
      json: {
        ...json,
        devAddr: '00189440',
        relayRxInfo: { devEui: '0102030405060708', frequency: 868_100_000, dr: 0, snr: -3, rssi: -100, worChannel: 0 },
        joinServerContext: { sessionKeyId: 'k' },
        regionConfigId: 'eu868',
      },
    },
    {
      name: 'ack',
      message: begun(new integration.AckEvent(), { QueueItemId: 'q', FCntDown: 7 }),
      json: { ...json, queueItemId: 'q', acknowledged: false, fCntDown: 7 },
    },
    {
      name: 'status',
      message: begun(new integration.StatusEvent(), { Margin: -12, BatteryLevel: 92.13 }),
      json: { ...json, margin: -12, externalPowerSource: false, batteryLevelUnavailable: false, batteryLevel: 92.13 },
    },
    {
      name: 'location',
      message: begun(new integration.LocationEvent(), {
        Location: set(new common.Location(), {
          Latitude: 52.5,
          Altitude: -2,
          Source: common.LocationSource.GEO_RESOLVER_WIFI,
          Accuracy: 12.5,
        }),
      }),
      json: { ...json, location: { latitude: 52.5, altitude: -2, source: 'GEO_RESOLVER_WIFI', accuracy: 12.5 } },
    },
  ];
}

export interface TwiceEncoded {
  name: string;
  protobuf: Buffer;
  json: Record<string, unknown>;
}

/** Every event of ChirpStack's in both encodings. */
export function eventsInBothEncodings(devEui: string): TwiceEncoded[] {
  return [uplink(devEui), ...plainEvents(devEui), txAck(devEui), log(devEui), ofIntegration(devEui)].map(
    ({ name, message, json }) => ({ name, protobuf: Buffer.from(message.serializeBinary() as Uint8Array), json }),
  );
}

/** The package knows it no more; until 4.16 it lay like a join whose further fields are two texts and a struct. */
function ofIntegration(devEui: string) {
  const head = set(new integration.AckEvent(), {
    DeduplicationId: deduplicationId,
    Time: time(),
    DeviceInfo: deviceInfo(devEui),
    QueueItemId: 'loracloud',
  });
  const struct = Buffer.from(Struct.fromJavaScript(object).serializeBinary() as Uint8Array);
  const type = Buffer.from('modem_uplink');
  const tail = Buffer.concat([
    Buffer.from([0x2a, type.length]),
    type,
    Buffer.from([0x32]),
    varint(struct.length),
    struct,
  ]);
  return {
    name: 'integration',
    message: { serializeBinary: () => Buffer.concat([Buffer.from(head.serializeBinary() as Uint8Array), tail]) },
    json: {
      deduplicationId,
      time: timeJson,
      deviceInfo: deviceInfoJson(devEui),
      integrationName: 'loracloud',
      eventType: 'modem_uplink',
      object,
    },
  };
}

/** A length as protobuf writes it. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  return Buffer.from([...bytes, left]);
}
