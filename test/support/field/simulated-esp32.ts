import { askUntilAnswered } from './persistence.js';

/** What is left when the power is gone. */
export interface Esp32Flash {
  token: string;
  apiKey?: string;
  ingestUrl?: string;
}

/**
 * An ESP32 as document 002 describes one, and no more: it exchanges the token that was flashed for a permanent key, and
 * posts what it measures with it as a bearer.
 */
export class SimulatedEsp32 {
  constructor(
    private readonly host: string,
    readonly flash: Esp32Flash,
  ) {}

  /** After each start: nothing is done that the flash says was done. */
  async boot(): Promise<void> {
    if (this.flash.apiKey !== undefined) return;
    const { status, body } = await askUntilAnswered('POST', `${this.host}/gateway/devices/claim`, {
      body: { token: this.flash.token, device_metadata: { fw: '1.0.0' } },
    });
    if (status !== 201) throw new Error(`the claim was answered ${status.toString()}: ${JSON.stringify(body)}`);
    this.flash.apiKey = String(body['api_key']);
    this.flash.ingestUrl = String(body['ingest_url']);
  }

  async measure(readings: Record<string, number>): Promise<void> {
    const { status, body } = await askUntilAnswered('POST', this.flash.ingestUrl ?? '', {
      headers: { authorization: `Bearer ${this.flash.apiKey ?? ''}` },
      body: readings,
    });
    if (status !== 201 || body['status'] !== 'ok') throw new Error(`telemetry was answered ${JSON.stringify(body)}`);
  }
}
