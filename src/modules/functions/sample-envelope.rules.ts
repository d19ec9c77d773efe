type JsonObject = Record<string, unknown>;

/** ChirpStack's own names of what the envelope carries. */
const chirpstackNames = [
  ['fPort', 'f_port'],
  ['fCnt', 'f_cnt'],
  ['rxInfo', 'rx_info'],
  ['txInfo', 'tx_info'],
  ['deviceInfo', 'device_info'],
  ['deduplicationId', 'deduplication_id'],
] as const;

/**
 * Makes a whole envelope of what somebody typed: any part of one, or an uplink copied out of ChirpStack, whose `data` is
 * the payload and whose `object` the decoded values. What is given stays; only what is missing is made up.
 */
export function sampleEnvelope(sample: JsonObject, made: { eventId: string; nowMs: number }): JsonObject {
  const { data, object, payload, device, time, ...rest } = renamed(sample);
  const now = new Date(made.nowMs).toISOString();
  const bytes = typeof data === 'string' ? data : payload;
  return {
    event_id: made.eventId,
    event: 'up',
    time: time ?? now,
    received_at: now,
    device: { ...sampleDevice(rest), ...(isObject(device) ? device : {}) },
    data: isObject(data) ? data : isObject(object) ? object : {},
    payload: bytes ?? '',
    f_port: 1,
    f_cnt: 0,
    ...rest,
  };
}

function sampleDevice({ device_info }: JsonObject): JsonObject {
  const info = isObject(device_info) ? device_info : {};
  return {
    id: '00000000-0000-7000-8000-000000000000',
    name: info['deviceName'] ?? info['device_name'] ?? 'sample device',
    dev_eui: upper(info['devEui'] ?? info['dev_eui']) ?? '0000000000000000',
    mac: null,
    labels: [],
    profile: null,
    metadata: {},
    location: null,
  };
}

function renamed(sample: JsonObject): JsonObject {
  const result = { ...sample };
  for (const [theirs, ours] of chirpstackNames) {
    if (!(theirs in sample) || ours in sample) continue;
    result[ours] = sample[theirs];
    Reflect.deleteProperty(result, theirs);
  }
  return result;
}

function upper(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toUpperCase() : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
