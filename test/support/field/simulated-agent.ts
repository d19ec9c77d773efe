import { randomBytes, randomUUID } from 'node:crypto';
import { askUntilAnswered, type FieldAnswer } from './persistence.js';

/** What is left when the power is gone. */
export interface AgentFlash {
  /** From its config; forgotten when it has its own key. */
  provisioningKey?: string;
  uuid?: string;
  deviceApiKey?: string;
  deviceId?: string;
  deviceName?: string;
  registeredAt?: number;
  provisioned?: boolean;
}

/**
 * An agent as document 000 and its fleets' key exchange describe one, and no more: it names itself, makes its own key,
 * registers with the key of its fleet, shows its own, forgets the other, and then asks for its state and reports.
 */
export class SimulatedAgent {
  constructor(
    /** As people configure it: a bare host, `…/api` or `…/api/v1`. */
    private readonly apiEndpoint: string,
    readonly flash: AgentFlash,
  ) {}

  /** After each start: nothing is done that the flash says was done. */
  async boot(): Promise<void> {
    this.flash.uuid ??= randomUUID();
    if (this.flash.provisioned === true) return;
    // Its own key first, and on flash: whatever gets lost from here on, it still knows it.
    this.flash.deviceApiKey ??= randomBytes(32).toString('hex');
    await this.register();
    await this.exchange();
    delete this.flash.provisioningKey;
    this.flash.provisioned = true;
  }

  private async register(): Promise<void> {
    const { status, body } = await askUntilAnswered('POST', `${this.apiEndpoint}/device/register`, {
      headers: { authorization: `Bearer ${this.flash.provisioningKey ?? ''}` },
      body: {
        uuid: this.flash.uuid,
        deviceName: 'my-device',
        deviceType: 'raspberrypi4-64',
        deviceApiKey: this.flash.deviceApiKey,
        macAddress: 'b8:27:eb:xx:xx:xx',
        osVersion: '11.0.0',
        supervisorVersion: '1.0.0',
      },
    });
    if (status !== 200) throw new Error(`the registration was answered ${status.toString()}: ${JSON.stringify(body)}`);
    this.flash.deviceId = String(body['deviceId']);
    this.flash.deviceName = String(body['deviceName']);
    this.flash.registeredAt = Number(body['registeredAt']);
    if (typeof body['apiKey'] === 'string') this.flash.deviceApiKey = body['apiKey'];
  }

  private async exchange(): Promise<void> {
    const { status, body } = await askUntilAnswered('POST', this.at('key-exchange'), {
      headers: this.credential(),
      body: { deviceApiKey: this.flash.deviceApiKey },
    });
    if (status !== 200) throw new Error(`the exchange was answered ${status.toString()}: ${JSON.stringify(body)}`);
  }

  /** What it is to be; null where that is what it was told before. */
  async pollTarget(etag?: string): Promise<FieldAnswer> {
    const known = etag === undefined ? {} : { 'if-none-match': etag };
    return askUntilAnswered('GET', this.at('state'), { headers: { ...this.credential(), ...known } });
  }

  async report(state: Record<string, unknown>): Promise<void> {
    const { status, body } = await askUntilAnswered('PATCH', `${this.apiEndpoint}/device/state`, {
      headers: this.credential(),
      body: { [this.flash.uuid ?? '']: state },
    });
    if (status !== 200) throw new Error(`the report was answered ${status.toString()}: ${JSON.stringify(body)}`);
  }

  /** Where it was told that messages go. */
  async measure(ingestUrl: string, readings: Record<string, number>): Promise<void> {
    const { status } = await askUntilAnswered('POST', ingestUrl, { headers: this.credential(), body: readings });
    if (status !== 201) throw new Error(`telemetry was answered ${status.toString()}`);
  }

  private at(path: string): string {
    return `${this.apiEndpoint}/device/${this.flash.uuid ?? ''}/${path}`;
  }

  private credential(): Record<string, string> {
    return { 'x-device-api-key': this.flash.deviceApiKey ?? '' };
  }
}
