import type { SandboxCall, SandboxResult } from '../sandbox.contract.js';
import type { SandboxOptions } from '../sandbox.options.js';
import { SandboxService } from '../sandbox.service.js';

/** The envelope of an uplink as functions get it. */
export const AN_ENVELOPE = {
  event_id: '019aa0c3-0000-7000-8000-000000000001',
  event: 'up',
  time: '2026-11-20T12:00:00.123Z',
  received_at: '2026-11-20T12:00:00.200Z',
  device: { id: '019a', name: 'Room 12', dev_eui: 'a84041ffff1234ab', labels: ['rooms'], metadata: { floor: 3 } },
  data: { temperature: 20 },
  payload: 'AQL//g==',
  f_port: 2,
  f_cnt: 7,
  rx_info: [{ gateway_id: '0016c001f153a14c', rssi: -36, location: { source_type: 'gps' } }],
  tx_info: { frequency: 868100000, modulation: { lora: { spreading_factor: 7 } } },
  device_info: { dev_eui: 'a84041ffff1234ab', device_name: 'Room 12', tags: {} },
  deduplication_id: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
};

/** A sandbox for one test file, with calls of which a test states only what it is about. */
export class SandboxLab {
  readonly sandbox: SandboxService;

  constructor(options?: Partial<SandboxOptions>) {
    this.sandbox = new SandboxService(options);
  }

  async call(code: string, differing: Partial<SandboxCall> = {}): Promise<SandboxResult> {
    return this.sandbox.call({
      tenantId: 'tenant',
      functionKey: code,
      code,
      inputJson: JSON.stringify(AN_ENVELOPE),
      seed: { timeMs: Date.UTC(2026, 10, 20, 12), random: 'event' },
      mode: 'auto',
      ...differing,
    });
  }

  /** What a function that must succeed returned. */
  async answer(code: string, differing: Partial<SandboxCall> = {}): Promise<unknown> {
    const { outputJson, error } = await this.call(code, differing);
    if (error !== null) throw new Error(`${error.code}: ${error.message}`);
    return outputJson === null ? null : JSON.parse(outputJson);
  }

  async close(): Promise<void> {
    await this.sandbox.onApplicationShutdown();
  }
}
