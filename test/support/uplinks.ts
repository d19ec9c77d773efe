import { randomUUID } from 'node:crypto';

/** A ChirpStack v4 uplink as its HTTP integration posts it; tests state only what they are about. */
export function anUplink(devEui: string, given: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    deduplicationId: randomUUID(),
    time: '2026-11-20T10:00:00.123456789+00:00',
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'ChirpStack',
      applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
      applicationName: 'Rooms',
      deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
      deviceProfileName: 'EM300-TH',
      deviceName: 'room-12',
      devEui: devEui.toLowerCase(),
      deviceClassEnabled: 'CLASS_A',
      tags: { building: 'A' },
    },
    devAddr: '00189440',
    adr: true,
    dr: 5,
    fCnt: 1,
    fPort: 85,
    confirmed: false,
    data: 'A2cQAQRoUA==',
    object: { temperature: 27.2, humidity: 40 },
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: 4_217_106_255,
        gwTime: '2026-11-20T10:00:00.123+00:00',
        rssi: -36,
        snr: 10.5,
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
    ...given,
  };
}

let nextDevEui = 1;

/** Sixteen hex digits that no other test in this process uses. */
export function aDevEui(): string {
  nextDevEui += 1;
  return `A84041${nextDevEui.toString(16).padStart(10, '0')}`.toUpperCase();
}
