import type { FieldShape, MessageShape, ValueKind } from './message-shape.js';

/*
 * ChirpStack v4's events as they lie on the wire: numbers, names in JSON, kinds. Facts of its published interface; a field
 * that is not here is one that we would not read either, and is skipped.
 */

type Field = readonly [number: number, name: string, kind: ValueKind, more?: Pick<FieldShape, 'many'>];

const shape = (writesDefaults: boolean, fields: readonly Field[]): MessageShape => ({
  writesDefaults,
  fields: Object.fromEntries(fields.map(([number, name, kind, more]) => [number, { name, kind, ...more }])),
});
const event = (...fields: Field[]): MessageShape => shape(true, fields);
const detail = (...fields: Field[]): MessageShape => shape(false, fields);
const list = { many: 'list' } as const;
const map = { many: 'map' } as const;

const deviceClass = { enum: ['CLASS_A', 'CLASS_B', 'CLASS_C'] };
const crcStatus = { enum: ['NO_CRC', 'BAD_CRC', 'CRC_OK'] };
const logLevel = { enum: ['INFO', 'WARNING', 'ERROR'] };
const logCode = {
  enum: [
    'UNKNOWN',
    'DOWNLINK_PAYLOAD_SIZE',
    'UPLINK_CODEC',
    'DOWNLINK_CODEC',
    'OTAA',
    'UPLINK_F_CNT_RESET',
    'UPLINK_MIC',
    'UPLINK_F_CNT_RETRANSMISSION',
    'DOWNLINK_GATEWAY',
    'RELAY_NEW_END_DEVICE',
    'F_CNT_DOWN',
    'EXPIRED',
  ],
};
const codeRate = {
  enum: [
    'CR_UNDEFINED',
    'CR_4_5',
    'CR_4_6',
    'CR_4_7',
    'CR_4_8',
    'CR_3_8',
    'CR_2_6',
    'CR_1_4',
    'CR_1_6',
    'CR_5_6',
    'CR_LI_4_5',
    'CR_LI_4_6',
    'CR_LI_4_8',
  ],
};
const locationSource = {
  enum: [
    'UNKNOWN',
    'GPS',
    'CONFIG',
    'GEO_RESOLVER_TDOA',
    'GEO_RESOLVER_RSSI',
    'GEO_RESOLVER_GNSS',
    'GEO_RESOLVER_WIFI',
  ],
};

const deviceInfo = event(
  [1, 'tenantId', 'string'],
  [2, 'tenantName', 'string'],
  [3, 'applicationId', 'string'],
  [4, 'applicationName', 'string'],
  [5, 'deviceProfileId', 'string'],
  [6, 'deviceProfileName', 'string'],
  [7, 'deviceName', 'string'],
  [8, 'devEui', 'string'],
  [9, 'tags', 'string', map],
  [10, 'deviceClassEnabled', deviceClass],
);
const location = detail(
  [1, 'latitude', 'double'],
  [2, 'longitude', 'double'],
  [3, 'altitude', 'double'],
  [4, 'source', locationSource],
  [5, 'accuracy', 'float'],
);
const keyEnvelope = detail([1, 'kekLabel', 'string'], [2, 'aesKey', 'bytes']);
const joinServerContext = detail([1, 'sessionKeyId', 'string'], [2, 'appSKey', { message: keyEnvelope }]);
const relayRxInfo = event(
  [1, 'devEui', 'string'],
  [2, 'frequency', 'uint32'],
  [3, 'dr', 'uint32'],
  [4, 'snr', 'int32'],
  [5, 'rssi', 'int32'],
  [6, 'worChannel', 'uint32'],
);
const modulation = detail(
  [
    3,
    'lora',
    {
      message: detail(
        [1, 'bandwidth', 'uint32'],
        [2, 'spreadingFactor', 'uint32'],
        [3, 'codeRateLegacy', 'string'],
        [4, 'polarizationInversion', 'bool'],
        [5, 'codeRate', codeRate],
        [6, 'preamble', 'uint32'],
        [7, 'noCrc', 'bool'],
      ),
    },
  ],
  [4, 'fsk', { message: detail([1, 'frequencyDeviation', 'uint32'], [2, 'datarate', 'uint32']) }],
  [
    5,
    'lrFhss',
    {
      message: detail(
        [1, 'operatingChannelWidth', 'uint32'],
        [2, 'codeRateLegacy', 'string'],
        [3, 'gridSteps', 'uint32'],
        [4, 'codeRate', codeRate],
      ),
    },
  ],
);
const uplinkRxInfo = detail(
  [1, 'gatewayId', 'string'],
  [2, 'uplinkId', 'uint32'],
  [3, 'gwTime', 'timestamp'],
  [4, 'timeSinceGpsEpoch', 'duration'],
  [5, 'fineTimeSinceGpsEpoch', 'duration'],
  [6, 'rssi', 'int32'],
  [7, 'snr', 'float'],
  [8, 'channel', 'uint32'],
  [9, 'rfChain', 'uint32'],
  [10, 'board', 'uint32'],
  [11, 'antenna', 'uint32'],
  [12, 'location', { message: location }],
  [13, 'context', 'bytes'],
  [15, 'metadata', 'string', map],
  [16, 'crcStatus', crcStatus],
  [17, 'nsTime', 'timestamp'],
);
const uplinkTxInfo = detail([1, 'frequency', 'uint32'], [2, 'modulation', { message: modulation }]);
const timing = detail(
  [1, 'immediately', { message: detail() }],
  [2, 'delay', { message: detail([1, 'delay', 'duration']) }],
  [3, 'gpsEpoch', { message: detail([1, 'timeSinceGpsEpoch', 'duration']) }],
);
const downlinkTxInfo = detail(
  [1, 'frequency', 'uint32'],
  [2, 'power', 'int32'],
  [3, 'modulation', { message: modulation }],
  [4, 'board', 'uint32'],
  [5, 'antenna', 'uint32'],
  [6, 'timing', { message: timing }],
  [7, 'context', 'bytes'],
);

/** What most events begin with. */
const common: readonly Field[] = [
  [1, 'deduplicationId', 'string'],
  [2, 'time', 'timestamp'],
  [3, 'deviceInfo', { message: deviceInfo }],
];

/** By the name in the query. */
export const eventShapes: Readonly<Record<string, MessageShape>> = {
  up: event(
    ...common,
    [4, 'devAddr', 'string'],
    [5, 'adr', 'bool'],
    [6, 'dr', 'uint32'],
    [7, 'fCnt', 'uint32'],
    [8, 'fPort', 'uint32'],
    [9, 'confirmed', 'bool'],
    [10, 'data', 'bytes'],
    [11, 'object', 'struct'],
    [12, 'rxInfo', { message: uplinkRxInfo }, list],
    [13, 'txInfo', { message: uplinkTxInfo }],
    [14, 'relayRxInfo', { message: relayRxInfo }],
    [15, 'joinServerContext', { message: joinServerContext }],
    [16, 'regionConfigId', 'string'],
  ),
  join: event(
    ...common,
    [4, 'devAddr', 'string'],
    [5, 'relayRxInfo', { message: relayRxInfo }],
    [6, 'joinServerContext', { message: joinServerContext }],
    [7, 'regionConfigId', 'string'],
  ),
  ack: event(...common, [4, 'queueItemId', 'string'], [5, 'acknowledged', 'bool'], [6, 'fCntDown', 'uint32']),
  txack: event(
    [1, 'downlinkId', 'uint32'],
    [2, 'time', 'timestamp'],
    [3, 'deviceInfo', { message: deviceInfo }],
    [4, 'queueItemId', 'string'],
    [5, 'fCntDown', 'uint32'],
    [6, 'gatewayId', 'string'],
    [7, 'txInfo', { message: downlinkTxInfo }],
  ),
  log: event(
    [1, 'time', 'timestamp'],
    [2, 'deviceInfo', { message: deviceInfo }],
    [3, 'level', logLevel],
    [4, 'code', logCode],
    [5, 'description', 'string'],
    [6, 'context', 'string', map],
  ),
  status: event(
    ...common,
    [5, 'margin', 'int32'],
    [6, 'externalPowerSource', 'bool'],
    [7, 'batteryLevelUnavailable', 'bool'],
    [8, 'batteryLevel', 'float'],
  ),
  location: event(...common, [4, 'location', { message: location }]),
  integration: event(...common, [4, 'integrationName', 'string'], [5, 'eventType', 'string'], [6, 'object', 'struct']),
};

/** Of an event that we do not know: whose it is, which stands at the same place in all but `log`. */
export const anyEventShape = event(...common);
