import { Buffer } from 'node:buffer';

/** How many different readings and receptions each device has; they come again in turn. */
const variants = 8;

/**
 * The uplinks that every side gets: what ChirpStack v4 posts for a Milesight EM300-TH, about 1.2 KB of ASCII.
 *
 * The n-th uplink is the same on every side and in every load, but for its time and its deduplication id, which carries
 * the load's number: none is ever a duplicate of an earlier one.
 */
export class Uplinks {
  /** @param {number} deviceCount */
  constructor(deviceCount) {
    this.deviceCount = deviceCount;
    this.templates = Array.from({ length: deviceCount * variants }, (_, index) =>
      templateOf(index % deviceCount, Math.floor(index / deviceCount)),
    );
  }

  /**
   * @param {number} load which load, 1 … 65535
   * @param {number} n which uplink of it, from 0
   */
  text(load, n) {
    const { beforeId, beforeTime, beforeCount, rest } = this.templates[n % this.templates.length];
    const fCnt = 1_000 + Math.floor(n / this.deviceCount);
    const time = new Date(Date.now()).toISOString().replace('Z', '123456+00:00');
    return `${beforeId}${deduplicationId(load, n)}${beforeTime}${time}${beforeCount}${fCnt}${rest}`;
  }
}

/** @param {number} device */
export function devEuiOf(device) {
  return `24e124136d${device.toString(16).padStart(6, '0')}`;
}

/**
 * @param {number} load
 * @param {number} n
 */
export function deduplicationId(load, n) {
  const tail = load.toString(16).padStart(4, '0') + n.toString(16).padStart(8, '0');
  return `3ac7e3c4-4401-4b8d-9386-${tail}`;
}

/**
 * Reads back what `deduplicationId` wrote, out of a message that holds it as `"id":"…"`.
 *
 * @param {string} text
 */
export function loadAndNumberOf(text) {
  const at = text.indexOf(idMark);
  if (at < 0) return undefined;
  const tail = at + idMark.length + 24;
  const load = parseInt(text.slice(tail, tail + 4), 16);
  const n = parseInt(text.slice(tail + 4, tail + 12), 16);
  return Number.isNaN(load) || Number.isNaN(n) ? undefined : { load, n };
}
const idMark = '"id":"';

/** One device's uplinks as text, cut where they differ. @param {number} device @param {number} variant */
function templateOf(device, variant) {
  const text = JSON.stringify(uplinkOf(device, variant));
  const [beforeId, afterId] = text.split('@id');
  const [beforeTime, afterTime] = afterId.split('@time');
  const [beforeCount, rest] = afterTime.split('"@count"');
  return { beforeId, beforeTime, beforeCount, rest };
}

/** @param {number} device @param {number} variant */
function uplinkOf(device, variant) {
  const mixed = (device * 7_919 + variant * 104_729) % 9_973;
  const temperature = 18 + (mixed % 120) / 10;
  const humidity = 40 + (mixed % 80) / 2;
  return {
    deduplicationId: '@id',
    time: '@time',
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'Westland Growers',
      applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
      applicationName: 'Greenhouse climate',
      deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
      deviceProfileName: 'Milesight EM300-TH',
      deviceName: `greenhouse-${device}`,
      devEui: devEuiOf(device),
      deviceClassEnabled: 'CLASS_A',
      tags: { site: 'naaldwijk', bay: String(device % 40) },
    },
    devAddr: `01${device.toString(16).padStart(6, '0')}`,
    adr: true,
    dr: 5,
    fCnt: '@count',
    fPort: 85,
    confirmed: false,
    data: payloadOf(temperature, humidity),
    object: { battery: 92, temperature, humidity },
    rxInfo: [
      {
        gatewayId: `a84041ffff1e${(0xe2b4 + (device % 12)).toString(16)}`,
        uplinkId: 20_000 + mixed * 3,
        gwTime: `2026-07-01T09:14:33.${String(mixed).padStart(6, '1')}+00:00`,
        nsTime: `2026-07-01T09:14:33.${String(mixed).padStart(6, '2')}+00:00`,
        rssi: -60 - (mixed % 60),
        snr: (mixed % 150) / 10 - 4,
        channel: mixed % 8,
        rfChain: 1,
        location: { latitude: 51.992_41, longitude: 4.206_73, altitude: 3 },
        context: 'FFFF+w==',
        metadata: { region_config_id: 'eu868', region_common_name: 'EU868' },
        crcStatus: 'CRC_OK',
      },
    ],
    txInfo: {
      frequency: 867_100_000 + (mixed % 8) * 200_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
    regionConfigId: 'eu868',
  };
}

/** The sensor's own bytes: battery, temperature in tenths, humidity in halves. */
function payloadOf(/** @type {number} */ temperature, /** @type {number} */ humidity) {
  const bytes = Buffer.from([0x01, 0x75, 92, 0x03, 0x67, 0, 0, 0x04, 0x68, humidity * 2]);
  bytes.writeInt16LE(Math.round(temperature * 10), 5);
  return bytes.toString('base64');
}
