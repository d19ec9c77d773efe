import { randomUUID } from 'node:crypto';

/** A kind of sensor as it is really sold, and what it says. */
export interface SensorKind {
  label: string;
  model: string;
  names: string[];
  fPort: number;
  /** The n-th reading as the device's bytes, and as ChirpStack's codec decodes them, where it has one. */
  reading(n: number): { bytes: Buffer; object?: Record<string, unknown> };
}

/** Milesight EM300-TH: temperature in tenths (type 67), humidity in half percent (type 68). */
const roomClimate: SensorKind = {
  label: 'climate',
  model: 'EM300-TH',
  names: ['Meeting room', 'Server room', 'Cold store'],
  fPort: 85,
  reading: (n) => {
    const tenths = 190 + ((n * 17) % 140);
    const halves = 70 + ((n * 7) % 60);
    return {
      bytes: Buffer.from([0x03, 0x67, tenths & 0xff, tenths >> 8, 0x04, 0x68, halves]),
      object: { temperature: tenths / 10, humidity: halves / 2 },
    };
  },
};

/** Dragino LDDS75: battery in mV (14 bits), distance in mm. */
const waterLevel: SensorKind = {
  label: 'levels',
  model: 'LDDS75',
  names: ['Rain basin', 'River gauge'],
  fPort: 2,
  reading: (n) => {
    const millimetres = n % 2 === 0 ? 2_400 - n * 10 : 350 + n;
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16BE(3_382, 0);
    bytes.writeUInt16BE(millimetres, 2);
    return { bytes, object: { battery: 3.382, distance: millimetres } };
  },
};

/** Milesight WS301 door contact, with no codec in ChirpStack: the bytes are all there is. */
const doors: SensorKind = {
  label: 'doors',
  model: 'WS301',
  names: ['Back door'],
  fPort: 85,
  reading: (n) => ({ bytes: Buffer.from([0x01, 0x75, 0x62, 0x03, 0x00, n % 2, 0x04, 0x00, 0x00]) }),
};

export const fleet: SensorKind[] = [roomClimate, waterLevel, doors];

/** What ChirpStack v4 posts for a reading. */
export function chirpStackUplink(kind: SensorKind, devEui: string, name: string, n: number, atMs: number): object {
  const { bytes, object } = kind.reading(n);
  const time = new Date(atMs).toISOString();
  return {
    deduplicationId: randomUUID(),
    time,
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'ChirpStack',
      applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
      applicationName: 'Demo',
      deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
      deviceProfileName: kind.model,
      deviceName: name,
      devEui: devEui.toLowerCase(),
      deviceClassEnabled: 'CLASS_A',
      tags: {},
    },
    devAddr: '00189440',
    adr: true,
    dr: 5,
    fCnt: n,
    fPort: kind.fPort,
    confirmed: false,
    data: bytes.toString('base64'),
    ...(object === undefined ? {} : { object }),
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: 4_217_106_255,
        gwTime: time,
        rssi: -87,
        snr: 7.5,
        crcStatus: 'CRC_OK',
      },
    ],
    txInfo: {
      frequency: 868_100_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
    regionConfigId: 'eu868',
  };
}
