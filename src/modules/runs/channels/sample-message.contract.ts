/** A plausible envelope, for tests without a message of their own. */
export function sampleMessage(eventId: string, time: Date): object {
  return {
    event_id: eventId,
    event: 'up',
    time: time.toISOString(),
    received_at: time.toISOString(),
    device: {
      id: eventId,
      name: 'Sample sensor',
      dev_eui: '0102030405060708',
      mac: null,
      labels: ['sample'],
      profile: null,
      metadata: { site: 'north' },
      location: null,
    },
    data: { temperature: 21.5, humidity: 48 },
    payload: 'ANcw',
    f_port: 1,
    f_cnt: 42,
    dr: 5,
    adr: true,
    confirmed: false,
    rx_info: [{ gatewayId: '0016c001f153a14c', rssi: -57, snr: 10 }],
    tx_info: { frequency: 868100000 },
    device_info: { deviceName: 'Sample sensor', devEui: '0102030405060708' },
    deduplication_id: eventId,
  };
}
